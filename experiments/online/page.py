"""The page: ``index.html``, ``start.js``, ``player.js``, ``player.css`` and ``LICENSES`` of an export.

The page asks nothing of any other host.

What the page has to know of ``study.json`` stands in ``index.html``; what a participant must not see
(cells of slots; with our collector the completion codes and the allocation list) does not.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.interface import interface
from experiments.online.licences import LICENCES
from experiments.online.script import scripts
from experiments.online.stylesheet import player_css

#: Texts that are needed before a timeline is there, which has them all.
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
        The export folder; made if it is not there.
    study
        What stands in ``study.json``: ``study``, ``mode``, ``protocol_hash``, ``languages``,
        ``slots`` (each with its number as ``slot``), ``recruitment``; and ``target``, one of ``static``
        (our collector), ``jatos``, ``pavlovia``. Optional: ``transport`` (static:
        ``{"url": address of the collector}`` where it is not where the page is), ``media`` (folder of
        the pictures, with a slash at its end), ``away_hours``, ``simulated``.

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
        "LICENSES": LICENCES,
    }
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in contents]


def page_facts(study: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page knows of a study; nothing that a participant must not see."""
    target = study["target"]
    facts = {
        "study": study["study"],
        "mode": study["mode"],
        "protocol_hash": study["protocol_hash"],
        "languages": list(study["languages"]),
        "target": target,
        "transport": dict(study.get("transport") or {}),
        "media": study.get("media", "media/"),
        "away_hours": study.get("away_hours", 12.0),
        "simulated": bool(study.get("simulated", False)),
        "source": (study.get("recruitment") or {}).get("source", "direct"),
        "texts": {language: _texts(language) for language in study["languages"]},
    }
    if target != "static":
        # Without a server of ours the page itself takes a slot and sends the participant back.
        facts["slots"] = [planned["slot"] for planned in study["slots"]]
        facts["recruitment"] = {"source": "direct", "codes": {}, "hosts": [], "url": ""} | dict(
            study.get("recruitment") or {}
        )
    return facts


def _texts(language: str) -> dict[str, Any]:
    texts = interface(language)
    first = {name: texts.texts[name] for name in FIRST_TEXTS}
    return {"name": texts.name, "direction": texts.direction, "texts": first}


def index_html(study: Mapping[str, Any]) -> str:
    """Return the page itself."""
    facts = page_facts(study)
    language = facts["languages"][0]
    texts = facts["texts"][language]
    wait = html.escape(texts["texts"]["wait"])
    # Not the study's own title, which may tell what is hypothesised; each page gives a title of its own.
    jatos = '<script src="jatos.js"></script>\n' if facts["target"] == "jatos" else ""
    return f"""<!doctype html>
<html lang="{html.escape(language)}" dir="{texts["direction"]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="only light">
<meta name="robots" content="noindex">
<title>{wait}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="player.css">
{jatos}<script type="application/json" id="page">{script_json(facts)}</script>
<script src="start.js" defer></script>
<script src="player.js" id="player" defer></script>
</head>
<body>
<div id="study"><main class="plain"><div class="screen"><div class="card"><p class="wait" role="status">{wait}</p><noscript>{_without_script(facts["languages"])}</noscript></div></div></main></div>
</body>
</html>
"""


def _without_script(languages: Sequence[str]) -> str:
    """Return what who has no JavaScript reads, in every language of the export."""
    told = ((language, interface(language)) for language in languages)
    return "".join(
        f'<p lang="{html.escape(language)}" dir="{texts.direction}">{html.escape(texts.texts["no_script"])}</p>'
        for language, texts in told
    )


def script_json(data: Any) -> str:
    r"""Return JSON that can stand inside a ``script`` element.

    >>> script_json({"a": "</script>"})
    '{"a":"\\u003c/script>"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # "</script" would end the element, and "<!--" would change how the rest is read.
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
