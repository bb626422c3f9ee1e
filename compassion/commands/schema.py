"""compassion schema: the JSON schema of protocols, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console


def schema(
    target: Annotated[Path, typer.Argument()] = Path("protocols/protocol.schema.json"),
) -> None:
    """Write the JSON schema that editors use for completion (generated from the models)."""
    from experiments.protocol.protocol import schema as make

    target.write_text(json.dumps(make(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"{target} is written.")
