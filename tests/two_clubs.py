"""A small study whose participants belong to one of two real groups, or to neither."""

from __future__ import annotations

from pathlib import Path

import small_study

from experiments.study import Study

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


def write(folder: Path, *changes: tuple[str, str]) -> Study:
    """Write the study into a folder, with parts of its text replaced, and open it."""
    return small_study.with_people(folder, "clubs", TEXT, *changes)
