"""Store the slots and timelines of the shipped studies: ``python tests/before/make_second.py``.

Run it again only if a screen or an allocation changes on purpose, and say why in the commit.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from make_first import STUDIES
from small_studies import CHECKOUT, STORED, write_json

from experiments.study import Study, open_study

#: Number of slots whose trials are stored.
SLOTS = 12


def second_of(study: Study, mode: str) -> dict[str, Any]:
    """Return the first slots of a mode, and the timelines of the first slot of each condition in each language.

    Interface texts and versions are not part of it.
    """
    timelines = {}
    for slot in study.first_slots(mode):
        for language in STUDIES[study.study][1]:
            shown = study.timeline(slot, language).to_json()
            shown |= {"interface": {}, "code_version": "", "protocol_hash": ""}
            timelines[f"{slot.number}.{language}"] = shown
    slots = [asdict(slot) for slot in study.slots(mode)[:SLOTS]]
    content: dict[str, Any] = json.loads(json.dumps({"slots": slots, "timelines": timelines}))
    return content


def main() -> None:
    """Store all modes of all studies."""
    for name, (modes, _) in STUDIES.items():
        study = open_study(CHECKOUT / "protocols" / f"{name}.yaml")
        made = {mode: second_of(study, mode) for mode in modes}
        write_json(STORED / "second" / f"{name}.json.gz", made)


if __name__ == "__main__":
    main()
