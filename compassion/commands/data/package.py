"""compassion data package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import say
from compassion.commands.options import Data


def package(
    data: Data,
    to: Annotated[Path, typer.Option("--to", help="Output folder; it must not exist yet.")],
    licence: Annotated[
        str, typer.Option("--licence", help="Licence of the data, such as CC0.")
    ] = "",
    author: Annotated[
        list[str] | None, typer.Option("--author", help="Author of the data; repeatable.")
    ] = None,
) -> None:
    """Write a data package: BIDS (beh), codebook, protocol, allocation log, CSV and Parquet.

    Example: compassion data package data/identified_victim/2.0.0/collected --to package
    """
    from experiments.package import write_package

    for folder in write_package(data, to, licence=licence, authors=tuple(author or ())):
        say(f"Wrote {folder}; its README.md explains how to read the data in R and Python.")
