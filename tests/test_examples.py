"""The examples in docstrings give what they state."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

from experiments.places import CHECKOUT

MODULES = [
    ".".join(file.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__")
    for room in ("experiments", "analysis", "compassion")
    for file in sorted((CHECKOUT / room).rglob("*.py"))
    if ">>> " in file.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", MODULES)
def test_examples_give_what_they_state(module: str) -> None:
    assert doctest.testmod(import_module(module)).failed == 0
