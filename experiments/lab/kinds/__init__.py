"""The lab's module for each kind of question, which lays out the questions of a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from experiments.lab.form import Form
from experiments.lab.parts import Column
from experiments.measures import KINDS
from experiments.screen import Ask

Drawer = Callable[[Sequence[Ask], Form, Column], None]
#: Kind -> function that lays out its questions.
DRAWERS: dict[str, Drawer] = {kind: import_module(f"{__name__}.{kind}").lay_out for kind in KINDS}
