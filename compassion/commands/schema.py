"""compassion schema: the JSON schemas of all files that researchers write, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from compassion.commands.console import console


def schema(
    to: Annotated[Path, typer.Option("--to", help="Folder for the schemas.")] = Path("protocols"),
) -> None:
    """Write the JSON schemas with which editors complete your files, explain each key and mark mistakes.

    There is one for each kind of file: study, part, lab, set, media, scale, wording and map. An editor uses a schema that the first
    line of a file names: `# yaml-language-server: $schema=study.schema.json`.

    Example: compassion schema --to protocols
    """
    to.mkdir(parents=True, exist_ok=True)
    for name, content in schemas().items():
        path = to / f"{name}.schema.json"
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        console.print(f"Wrote {path}.")


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each kind of file, by name."""
    from analysis.foreign.mapping import ForeignMap
    from experiments.files.json_schema import schema_of
    from experiments.protocol.lab import Lab
    from experiments.protocol.schema import part_schema
    from experiments.protocol.schema import schema as study_schema
    from experiments.stimuli.media import MediaFolder
    from experiments.stimuli.scale import ItemTexts, Scale
    from experiments.stimuli.stimulus_set import StimulusSet

    return {
        "study": study_schema(),
        "part": part_schema(),
        "lab": schema_of(Lab, "compassion lab"),
        "set": schema_of(StimulusSet, "compassion stimulus set"),
        "media": schema_of(MediaFolder, "compassion folder of media"),
        "scale": schema_of(Scale, "compassion scale"),
        "wording": schema_of(ItemTexts, "wording of a compassion scale"),
        "map": schema_of(ForeignMap, "compassion map of a published table"),
    }
