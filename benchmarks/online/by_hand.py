"""The same trials as a hand-written jsPsych page: stock plugins, trials spelled out, no server.

It is what a careful author would upload: one script of jsPsych and the five plugins it needs, the stock style
sheet without its 32 embedded fonts, and the trials as a list. It keeps no answers and resumes nothing. A second
page also asks a server which condition comes next, as every study with balanced groups has to.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

PLUGINS = (
    "html-button-response",
    "html-slider-response",
    "html-keyboard-response",
    "survey-likert",
    "survey-text",
)


RUN = "initJsPsych().run(trials);\n"
ASK_AND_RUN = """const asked = fetch("api/condition", { method: "POST", body: "{}" });
asked.then((reply) => reply.json()).then(() => initJsPsych().run(trials));
"""


def write_by_hand(folder: Path, modules: Path, timeline: dict[str, Any], run: str = RUN) -> None:
    """Write ``index.html``, ``study.js`` and ``jspsych.css`` of a timeline's trials."""
    folder.mkdir(parents=True)
    builds = [modules / "jspsych", *(modules / "@jspsych" / f"plugin-{name}" for name in PLUGINS)]
    scripts = [(build / "dist" / "index.browser.min.js").read_text("utf-8") for build in builds]
    trials = [trial for screen in timeline["screens"] for trial in trials_of(screen)]
    ours = (
        f"const trials = {json.dumps(trials, ensure_ascii=False)};\n"
        "for (const trial of trials) trial.type = window[trial.type];\n"
        f"{run}"
    )
    (folder / "study.js").write_text("\n".join([*scripts, ours]), "utf-8")
    css = (modules / "jspsych" / "css" / "jspsych.css").read_text("utf-8")
    (folder / "jspsych.css").write_text(
        re.sub(r"@font-face\s*\{.*?\}", "", css, flags=re.S), "utf-8"
    )
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Study</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="jspsych.css">'
        '<script src="study.js" defer></script></head><body></body></html>',
        "utf-8",
    )


def trials_of(screen: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the stock trials that show what a screen shows."""
    content = "".join(block_html(block) for block in screen["content"])
    asks = screen["asks"]
    if screen["kind"] == "look":
        milliseconds = 1000 * screen["duration"]
        return [
            {
                "type": "jsPsychHtmlKeyboardResponse",
                "stimulus": content,
                "trial_duration": milliseconds,
            }
        ]
    if not asks:
        label = screen["proceed"] or "Continue"
        return [{"type": "jsPsychHtmlButtonResponse", "stimulus": content, "choices": [label]}]
    if screen["kind"] == "choose":
        return [
            {
                "type": "jsPsychHtmlButtonResponse",
                "stimulus": content + html.escape(ask["prompt"]),
                "choices": [option["label"] for option in ask["options"]],
            }
            for ask in asks
        ]
    if screen["kind"] == "rate":
        questions = [
            {"prompt": ask["prompt"], "labels": [option["label"] for option in ask["options"]]}
            for ask in asks
        ]
        return [{"type": "jsPsychSurveyLikert", "preamble": content, "questions": questions}]
    if screen["kind"] == "write":
        questions = [{"prompt": ask["prompt"]} for ask in asks]
        return [{"type": "jsPsychSurveyText", "preamble": content, "questions": questions}]
    return [
        {
            "type": "jsPsychHtmlSliderResponse",
            "stimulus": content + html.escape(ask["prompt"]),
            "min": ask["low"],
            "max": ask["high"],
            "step": ask["step"],
            "labels": [ask["low_label"], ask["high_label"]],
            "require_movement": True,
        }
        for ask in asks
    ]


def block_html(block: dict[str, Any]) -> str:
    """Return a block of content as HTML."""
    if block["type"] == "images":
        images = (
            f'<img src="media/{each["src"]}" alt="{html.escape(each["alt"])}">'
            for each in block["images"]
        )
        return "".join(images)
    tag = "h1" if block["type"] == "heading" else "p"
    return f"<{tag}>{html.escape(block['text'])}</{tag}>"
