"""The drawers of the kinds of question, found by the kind's name: each lays the questions of one screen out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from experiments.lab.form import Form
from experiments.lab.parts import Column
from experiments.measures import KINDS
from experiments.screen import Ask

Drawer = Callable[[Sequence[Ask], Form, Column], None]
#: Kind -> its drawer.
DRAWERS: dict[str, Drawer] = {kind: import_module(f"{__name__}.{kind}").lay_out for kind in KINDS}
