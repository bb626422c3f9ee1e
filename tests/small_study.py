"""The smallest complete study, written into a folder."""

from __future__ import annotations

from pathlib import Path

from experiments.study import Study, open_study

BEGINNING = """\
study: severity
title: Severity and group
factors:
  within: {group: [ours, theirs], severity: [mild, severe]}
flow:
  - use: consent
    about: people in difficulty
"""
"""The beginning of the study, up to its consent."""
VIGNETTES = """\
  - each: vignettes.csv
    rotate: group
    page: "One of {group}: {text}"
    ask:
      felt: {slider: How much do you feel with them?, from: Not at all, to: Very much}
      compassion: {rating: How much compassion do you feel?, points: 7, from: Not at all, to: Very much}
"""
"""Vignettes with two questions, to which a test can add more."""
TEXT = (
    BEGINNING
    + """\
  - each: vignettes.csv           # columns: item, text, severity
    rotate: group                 # each person sees each item with one group; over people, with both
    page: "One of {group}: {text}"
    ask:
      compassion: {rating: "How much compassion do you feel?", points: 7, from: Not at all, to: Very much}
  - use: debriefing
    page: Groups differed.
hypothesis: {outcome: compassion, claim: ours > theirs}
analysis: compassion ~ group * severity
sample: {participants: 60}
"""
)
ITEMS = "item,text,severity\n" + "".join(
    f"i{number},Story {number}.,{'mild' if number % 2 else 'severe'}\n" for number in range(1, 9)
)


def changed(folder: Path, *changes: tuple[str, str], items: str = ITEMS) -> Study:
    """Write the smallest study with parts of its text replaced, and open it."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return write(folder, text, items)


def write(folder: Path, text: str = TEXT, items: str = ITEMS) -> Study:
    """Write a study and its items, which are eight, into a folder, and open it."""
    (folder / "vignettes.csv").write_text(items, encoding="utf-8")
    name = text.partition("\n")[0].removeprefix("study: ")
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return open_study(path)


PEOPLE = "item,text\na,A is ill.\nb,B is ill.\nc,C is ill.\nd,D is ill.\n"


def with_people(folder: Path, name: str, text: str, *changes: tuple[str, str]) -> Study:
    """Write a study, with parts of its text replaced, and the four people that it is about, and open it."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return open_study(folder / f"{name}.yaml")
