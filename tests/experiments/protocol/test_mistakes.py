"""The check names at least 190 of 200 seeded mistakes, with their line and a remedy."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("mistakes.py")


@pytest.fixture(scope="module")
def mistakes():
    spec = importlib.util.spec_from_file_location("mistakes", FILE)
    module = importlib.util.module_from_spec(spec)

    sys.modules["mistakes"] = module
    spec.loader.exec_module(module)
    return module


def test_there_are_two_hundred_mistakes_of_every_kind(mistakes):
    made = mistakes.mistakes(mistakes.SEED)
    assert len(made) == 200
    assert len({mistake.kind for mistake in made}) == len(mistakes.KINDS) == 12
    assert made == mistakes.mistakes(mistakes.SEED)


@pytest.mark.slow
def test_at_least_190_are_named(mistakes, capsys):
    assert mistakes.main() == 0
    assert "of 200" in capsys.readouterr().out
