"""The page: ``index.html``, ``start.js``, ``player.js``, ``player.css`` and ``LICENSES`` of an export.

The page requests nothing from any other host.

``index.html`` contains what the page needs from ``study.json``. It does not contain what participants must not see:
the conditions of slots and, with our collector, the completion codes and the allocation list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from experiments.interface import interface
from experiments.online.export.script import PLAYER, scripts
from experiments.online.export.stylesheet import player_css
from experiments.online.recruitment import Recruitment
from experiments.templates import environment

#: Texts that are needed before the timeline, which contains all texts, has been loaded.
FIRST_TEXTS = (
    "wait",
    "language",
    "try_again",
    "continue",
    "failed_title",
    "failed_text",
    "full_title",
    "full_text",
    "uninvited_title",
    "uninvited_text",
    "preview_title",
    "preview_text",
)


def build_page(folder: Path, study: Mapping[str, Any]) -> list[Path]:
    """Write the page of an export.

    Parameters
    ----------
    folder
        The export folder; created if it does not exist.
    study
        The content of ``study.json``: ``study``, ``mode``, ``protocol_hash``, ``languages``, ``target``,
        ``slots`` (each with its number as ``slot``), ``recruitment``, ``away_hours``. Optional: ``media``
        (address of the folder with the pictures, with a trailing slash), ``simulated``.

    Returns
    -------
    list[Path]
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "index.html": index_html(study),
        **scripts(study["target"]),
        "player.css": player_css(tuple(study["languages"])),
        "LICENSES": (PLAYER / "LICENSES").read_text("utf-8"),
    }
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in contents]


def page_facts(study: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts about a study that the page contains; none that participants must not see."""
    recruitment = Recruitment.model_validate(study.get("recruitment") or {})
    facts = {
        "study": study["study"],
        "mode": study["mode"],
        "protocol_hash": study["protocol_hash"],
        "languages": list(study["languages"]),
        "target": study["target"],
        "media": study.get("media", "media/"),
        "away_hours": study.get("away_hours", 12.0),
        "simulated": bool(study.get("simulated", False)),
        "source": recruitment.source,
        "texts": {language: _texts(language) for language in study["languages"]},
    }
    if study["target"] != "static":
        # Without our server, the page itself takes a slot and sends the participant back.
        facts["slots"] = [planned["slot"] for planned in study["slots"]]
        facts["recruitment"] = recruitment.model_dump(mode="json")
    return facts


def _texts(language: str) -> dict[str, Any]:
    texts = interface(language)
    first = {name: texts.texts[name] for name in FIRST_TEXTS}
    return {"name": texts.name, "direction": texts.direction, "texts": first}


def index_html(study: Mapping[str, Any]) -> str:
    """Return the page itself."""
    languages = [(each, interface(each)) for each in study["languages"]]
    template = environment("experiments.online").get_template("player/index.html.j2")
    return template.render(
        facts=script_json(page_facts(study)), target=study["target"], languages=languages
    )


def script_json(data: Any) -> Markup:
    r"""Return JSON that can be put inside a ``script`` element.

    >>> print(script_json({"a": "</script>"}))
    {"a":"\u003c/script>"}
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # "</script" would end the element, and "<!--" would change how the rest is read.
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Markup(text)
