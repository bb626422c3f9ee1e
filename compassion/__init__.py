"""The command ``compassion``: parses arguments and wires the rooms together; one file per command."""

from compassion.main import main

__all__ = ["main"]
