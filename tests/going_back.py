"""A small study in which participants can go back: within a trial, between pages, and within an instrument and a part."""

from __future__ import annotations

from pathlib import Path

import small_study

from experiments.study import Study

TEXT = """\
study: second_thoughts
title: Second thoughts
stakes: {endowment: 5 USD, step: 1 USD, paid: everyone}
factors:
  within: {group: [ours, theirs]}
flow:
  - use: consent
    about: people in need
  - page: Welcome.
  - page: You will read of several people.
    back: yes
  - name: tea
    ask:
      drinks: {choice: Do you drink tea?, options: yes_no}
      which: {choice: Which?, options: {green: Green, black: Black}, when: drinks = yes}
      often: {rating: How often?, points: 7, from: Never, to: Always}
    back: yes
  - name: people
    each: people.csv
    rotate: group
    flow:
      - page: "One of {group}: {text}"
      - ask: {compassion: {rating: "How much compassion?", points: 7, from: Not at all, to: Very much}}
        back: yes
  - name: gift
    ask: {donation: {allocation: "How much of your {endowment} do you give?"}}
  - page: "You give {donation}."
    back: yes
  - scale: feelings5
    per_page: 2
    back: yes
  - use: demographics
    back: yes
  - use: debriefing
    page: We compared groups.
  - use: receipt
    of: donation
hypothesis: {outcome: compassion, claim: ours > theirs}
analysis: {main: {formula: compassion ~ group}, feelings: feelings5 ~ often}
sample: {participants: 8}
"""


def write(folder: Path, *changes: tuple[str, str]) -> Study:
    """Write the study into a folder, with parts of its text replaced, and open it."""
    return small_study.with_people(folder, "second_thoughts", TEXT, *changes)
