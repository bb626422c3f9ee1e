"""Arguments and options that several commands share: the same name, and the same words, for the same thing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

Protocol = Annotated[Path, typer.Argument(help="Protocol file.", metavar="PROTOCOL")]
OwnProtocol = Annotated[
    Path | None,
    typer.Option("--protocol", help="Protocol file (default: the copy beside the data)."),
]
Data = Annotated[
    list[Path],
    typer.Argument(help="Folders of sessions or data packages.", metavar="DATA..."),
]
Mode = Annotated[str, typer.Option("--mode", help="Mode of the study (default: the primary mode).")]
Language = Annotated[
    str, typer.Option("--language", help="Language (default: the protocol's first language).")
]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, help="Random seed: the same seed gives the same output."),
]
Workers = Annotated[
    int, typer.Option("--workers", min=0, help="Parallel processes (0: one per core).")
]
Effect = Annotated[
    float | None,
    typer.Option("--effect", help="Effect size in SDs between people (default: as assumed)."),
]


def processes(workers: int) -> int:
    """Return how many processes ``--workers`` asks for."""
    return workers or os.cpu_count() or 1


class Once(TyperCommand):
    """A command that refuses an option given twice, unless it takes several values."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line; click itself would take the last value and say nothing."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        for given in order:
            if given.param_type_name == "option" and not given.multiple and order.count(given) > 1:
                raise typer.BadParameter(
                    "given more than once. Give it once; this option takes a single value.",
                    ctx=ctx,
                    param_hint=max(given.opts, key=len),
                )
        return super().parse_args(ctx, args)
