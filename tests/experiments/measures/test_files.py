"""A kind of screen has three files of its name; an error names the missing one before anything is drawn."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from experiments.measures import BASE, KINDS, Kind, kind_in
from experiments.places import CHECKOUT

ROOM = CHECKOUT / "experiments"
FOLDERS = {
    "measures": ("kind", "*.py"),
    "lab/kinds": ("lab drawer", "*.py"),
    "online/player/kinds": ("browser drawer", "*.js"),
}


def missing(root: Path) -> list[str]:
    """Return a message for each missing file of a kind that has at least one of its three files."""
    names = {
        folder: {file.stem for file in (root / folder).glob(pattern)} - {"__init__", *BASE}
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


@pytest.fixture
def rooms(tmp_path: Path) -> Path:
    """The folders of two kinds that have all their files."""
    for folder, (_, pattern) in FOLDERS.items():
        (tmp_path / folder).mkdir(parents=True)
        for kind in ("choose", "yes_no"):
            (tmp_path / folder / f"{kind}{pattern[1:]}").touch()
    return tmp_path


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("kept", FOLDERS)
def test_missing_files_are_named(rooms, kept, count):
    assert missing(rooms) == []
    lost = [folder for folder in FOLDERS if folder != kept][:count]
    expected = []
    for folder in lost:
        what, pattern = FOLDERS[folder]
        (rooms / folder / f"yes_no{pattern[1:]}").unlink()
        expected.append(
            f"the kind 'yes_no' has no {what}: experiments/{folder}/yes_no{pattern[1:]}"
        )
    assert missing(rooms) == expected


def module_with(*made: type, name: str = "yes_no") -> ModuleType:
    """Return a module of measures in which these classes are defined."""
    module = ModuleType(f"experiments.measures.{name}")
    for each in made:
        each.__module__ = module.__name__
        setattr(module, each.__name__, each)
    return module


def test_the_kind_of_a_file_is_its_class_whatever_its_name():
    class YesNo(Kind):
        pass

    class Answers:
        pass

    module = module_with(YesNo, Answers)
    module.Kind = Kind
    assert kind_in(module) is YesNo


def test_a_file_without_one_kind_is_refused():
    class YesNo(Kind):
        pass

    class Other(Kind):
        pass

    with pytest.raises(ImportError, match=r"measures/yes_no\.py must define .*; found none"):
        kind_in(module_with())
    with pytest.raises(ImportError, match=r"measures/yes_no\.py .*; found YesNo and Other"):
        kind_in(module_with(YesNo, Other))


def test_the_lab_names_the_drawer_that_it_lacks():
    # Imported here: a missing drawer fails this test only, and the others still name what else is missing.
    from experiments.lab import kinds

    with pytest.raises(ImportError, match=r"experiments/lab/kinds/no_such_kind\.py is missing"):
        kinds.drawer_of("no_such_kind")


@pytest.mark.parametrize("kind", KINDS)
def test_the_browser_drawer_enters_its_kind(kind):
    file = ROOM / "online/player/kinds" / f"{kind}.js"
    assert file.is_file(), f"the kind '{kind}' has no browser drawer: {file.relative_to(CHECKOUT)}"
    assert f"KINDS.{kind} = (" in file.read_text(encoding="utf-8")
