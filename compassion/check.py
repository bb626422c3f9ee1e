"""compassion new, check, schema."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from experiments.errors import UserError

console = Console(highlight=False, soft_wrap=True)


def check(
    files: Annotated[list[Path], typer.Argument(help="Protocol files.", metavar="FILE...")],
) -> None:
    """Check protocols: every fault at once, with file, line, key and remedy.

    Example: compassion check protocols/*.yaml
    """
    from analysis.planned.checking import faults_of_plan
    from experiments.files.reading import FaultyFile, read
    from experiments.protocol.checking import unfinished
    from experiments.stimuli.norm_checks import check_norms
    from experiments.study import open_study

    faulty = 0
    for file in files:
        try:
            study = open_study(file)
            if faults := faults_of_plan(study.protocol, read(file)):
                raise FaultyFile(faults)
        except FaultyFile as error:
            faulty += 1
            console.print(f"[bold red]✗[/] {file}: {len(error.faults)} fault(s)")
            console.print(str(error), markup=False)
            continue
        protocol = study.protocol
        console.print(
            f"[bold green]✓[/] {file}: {protocol.study} {protocol.version}, content {protocol.hash}"
        )
        for mode in protocol.modes:
            slots = study.slots(mode)
            screens = len(study.timeline(slots[0]).screens)
            cells = protocol.block_size(mode) // protocol.allocation.block
            console.print(f"    {mode}: {cells} cell(s), {len(slots)} slots, {screens} screens")
        for name, stimuli in study.sets.items():
            for finding in check_norms(stimuli):
                console.print(
                    f"    [yellow]stimuli: {name}: not as its norms say:[/] {escape(str(finding))}"
                )
        for note in unfinished(protocol):
            console.print(f"    [yellow]before the first participant:[/] {escape(note)}")
    if faulty:
        raise typer.Exit(1)


def new(
    name: Annotated[str, typer.Argument(help="Name of the new study (letters, digits, _).")],
    template: Annotated[
        str, typer.Option("--from", help="Protocol to start from: a name in protocols/, or a file.")
    ] = "identified_victim",
    folder: Annotated[Path, typer.Option("--in", help="Folder to write to.")] = Path("protocols"),
) -> None:
    """Start a protocol from one that works.

    Example: compassion new rain_relief --from compassion_collapse
    """
    from experiments.measures import KINDS
    from experiments.places import find
    from experiments.study import load
    from experiments.tasks import TASKS, sentence

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UserError(
            f"'{name}' cannot name a study: use small letters, digits and _, such as rain_relief."
        )
    target = folder / f"{name}.yaml"
    if target.exists():
        raise UserError(f"{target} exists already; choose another name, or edit that file.")
    source = find(template if template.endswith(".yaml") else f"{template}.yaml", "protocols")
    load(source)
    text = source.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^study: .*$", f"study: {name}", text, count=1)
    text = re.sub(r"(?m)^version: .*$", "version: 0.1.0", text, count=1)
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    schema_file = folder / "protocol.schema.json"
    if not schema_file.exists():
        shutil.copyfile(find("protocol.schema.json", "protocols"), schema_file)
    console.print(
        f"{target} is written, from {source.name}. Next: edit it, then\n  compassion check {target}"
    )
    console.print("Tasks that its flow can have:")
    for task in TASKS:
        console.print(f"  {task:14} {sentence(task)}", markup=False)
    console.print(f"Kinds of question: {', '.join(KINDS)}.")


def schema(
    target: Annotated[Path, typer.Argument()] = Path("protocols/protocol.schema.json"),
) -> None:
    """Write the JSON schema that editors use for completion (generated from the models)."""
    from experiments.protocol.protocol import schema as make

    target.write_text(json.dumps(make(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"{target} is written.")
