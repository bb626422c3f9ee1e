"""Arguments and options that several commands share: the same name and the same words for the same thing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

Protocol = Annotated[Path, typer.Argument(help="Protocol file.", metavar="PROTOCOL")]
OwnProtocol = Annotated[
    Path | None,
    typer.Option("--protocol", help="Protocol file (default: the copy in the data folder)."),
]
Data = Annotated[
    list[Path],
    typer.Argument(help="Folders with sessions, or data packages.", metavar="DATA"),
]
#: Start of the help text of every ``--mode``; the default follows it.
MODE = "Mode of the study, such as real or hypothetical stakes"
Mode = Annotated[str, typer.Option("--mode", help=f"{MODE} (default: the primary mode).")]
Session = Annotated[str, typer.Option("--session", help="Session number or label.")]
Language = Annotated[
    str, typer.Option("--language", help="Language (default: the protocol's first language).")
]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, help="Random seed: the same seed gives the same output."),
]
Workers = Annotated[
    int, typer.Option("--workers", min=0, help="Number of parallel processes (0: one per core).")
]
Effect = Annotated[
    float | None,
    typer.Option("--effect", help="Effect size, in SDs of the outcome (default: the curve's own)."),
]


def processes(workers: int) -> int:
    """Return how many processes ``--workers`` asks for."""
    return workers or os.cpu_count() or 1


def readable(params: list[Any]) -> list[Any]:
    """Set what the help page shows beside each parameter: arguments in capitals, and no type for flags."""
    for param in params:
        if param.param_type_name == "argument":
            param.metavar = param.metavar or param.name.upper()
        elif param.is_flag:
            param.metavar = ""
    return params


class Group(TyperGroup):
    """A group of commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options, formatted for the help page."""
        return readable(super().get_params(ctx))


class Once(TyperCommand):
    """A command that refuses an option given twice, unless it takes several values."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the arguments and options, formatted for the help page."""
        return readable(super().get_params(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the parts of the usage line, such as ``[OPTIONS] DATA... PARTICIPANT``."""
        arguments = [p for p in self.get_params(ctx) if p.param_type_name == "argument"]
        return ["[OPTIONS]", *(f"{p.metavar}..." if p.nargs != 1 else p.metavar for p in arguments)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line; click itself would silently use the last value."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        for given in order:
            if given.param_type_name == "option" and not given.multiple and order.count(given) > 1:
                raise typer.BadParameter(
                    "given more than once. Give it once; this option takes a single value.",
                    ctx=ctx,
                    param_hint=max(given.opts, key=len),
                )
        return super().parse_args(ctx, args)
