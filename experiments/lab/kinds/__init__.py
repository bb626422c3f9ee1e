"""The lab's module for each kind of question, which lays out the questions of a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

from experiments.lab.form import Form
from experiments.lab.parts import Column
from experiments.measures import KINDS
from experiments.screen import Ask

Drawer = Callable[[Sequence[Ask], Form, Column], None]


def drawer_of(kind: str) -> Drawer:
    """Return the function that lays out the questions of a kind.

    Raises
    ------
    ImportError
        If the kind has no file in this folder, or its file has no function ``lay_out``.
    """
    module, file = f"{__name__}.{kind}", f"experiments/lab/kinds/{kind}.py"
    if find_spec(module) is None:
        raise ImportError(f"The kind '{kind}' has no lab drawer: {file} is missing.")
    lay_out: Drawer | None = getattr(import_module(module), "lay_out", None)
    if lay_out is None:
        raise ImportError(f"The lab drawer of the kind '{kind}', {file}, has no function lay_out.")
    return lay_out


#: Kind -> function that lays out its questions.
DRAWERS: dict[str, Drawer] = {kind: drawer_of(kind) for kind in KINDS}
