"""A kind of question has three files of its name; what is missing is named, before anything is drawn."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from experiments.measures import KINDS
from experiments.places import CHECKOUT

ROOM = CHECKOUT / "experiments"
FOLDERS = {
    "measures": ("measure", "*.py"),
    "lab/kinds": ("lab drawer", "*.py"),
    "online/player/kinds": ("browser drawer", "*.js"),
}


def missing(root: Path) -> list[str]:
    """Return a message for each missing file of a kind that has at least one of its three files."""
    names = {
        folder: {file.stem for file in (root / folder).glob(pattern)}
        - {"__init__", "kind", "stakes"}
        for folder, (_, pattern) in FOLDERS.items()
    }
    every = sorted(set().union(*names.values()))
    return [
        f"the kind '{name}' has no {what}: experiments/{folder}/{name}{pattern[1:]}"
        for name in every
        for folder, (what, pattern) in FOLDERS.items()
        if name not in names[folder]
    ]


def test_every_kind_has_its_three_files():
    assert missing(ROOM) == []
    assert set(KINDS) == {file.stem for file in (ROOM / "lab/kinds").glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_file_is_named(tmp_path, folder, kind):
    for other in FOLDERS:
        shutil.copytree(ROOM / other, tmp_path / other)
    suffix = FOLDERS[folder][1][1:]
    (tmp_path / folder / f"{kind}{suffix}").unlink()
    (fault,) = missing(tmp_path)
    assert f"the kind '{kind}' has no {FOLDERS[folder][0]}" in fault


@pytest.mark.parametrize("kind", KINDS)
def test_the_browser_drawer_enters_its_kind(kind):
    text = (ROOM / "online/player/kinds" / f"{kind}.js").read_text(encoding="utf-8")
    assert f"KINDS.{kind} = (" in text
