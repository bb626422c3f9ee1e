"""compassion schema: the JSON schema of protocols, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console


def schema(
    to: Annotated[Path, typer.Option("--to", help="File to write.")] = Path(
        "protocols/protocol.schema.json"
    ),
) -> None:
    """Write the JSON schemas of protocols and of studies (second edition), which editors use to complete and check them.

    Example: compassion schema --to protocols/protocol.schema.json
    """
    from experiments.protocol.protocol import schema as of_protocols
    from experiments.protocol.schema import schema as of_studies

    for path, made in ((to, of_protocols()), (to.with_name("study.schema.json"), of_studies())):
        path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        console.print(f"Wrote {path}.")
