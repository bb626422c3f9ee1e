"""A small study whose participants belong to one of two real groups, or to neither."""

from __future__ import annotations

from pathlib import Path

from experiments.study import Study, open_study

TEXT = """\
study: clubs
title: Two clubs
factors:
  between: {cause: {own: their own fault, chance: bad luck}}
  within: {group: [ours, theirs]}
  answered: {side: {from: club, quota: 8}}
flow:
  - page: Welcome.
  - ask: {club: {choice: Which club?, options: {reds: The Reds, blues: The Blues, none: Neither}, required: yes}}
  - when: club = none
    end: This study is for others.
    outcome: ineligible
  - page: "You follow **{side}**. It was {cause}."
  - name: people
    each: people.csv
    rotate: group
    page: "One of {group}: {text}"
    ask:
      compassion: {rating: How much compassion?, points: 7, from: Not at all, to: Very much}
  - page: Thank you.
hypothesis: {outcome: compassion, claim: ours > theirs}
analysis:
  both:
    formula: compassion ~ group * side
    contrasts: [ours - theirs, {group: ours - theirs, side: reds - blues}]
    primary: ours - theirs
sample: {participants: 16}
"""
PEOPLE = "item,text\na,A is ill.\nb,B is ill.\nc,C is ill.\nd,D is ill.\n"


def write(folder: Path, *changes: tuple[str, str]) -> Study:
    """Write the study into a folder, with parts of its text replaced, and open it."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "clubs.yaml").write_text(text, encoding="utf-8")
    return open_study(folder / "clubs.yaml")
