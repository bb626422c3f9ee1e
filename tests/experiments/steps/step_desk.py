"""Screens of small studies."""

from __future__ import annotations

from pathlib import Path

from experiments.screen import Ask, Screen
from experiments.study import Study, open_study

TEXT = """\
study: small
title: A small study
minutes: 5
factors: {{between: {{group: [us, them]}}{factors}}}
{more}
flow:
{flow}
  - ask: {{outcome: {{rating: How much?, from: Little, to: Much}}}}
analysis: {{formula: outcome ~ group, contrasts: [us - them]}}
sample: {{participants: 12}}
"""
STAKES = "stakes: {endowment: 10 USD, step: 1 USD, paid: everyone}"
PEOPLE = "item,text,kind\n" + "".join(f"p{n},Story {n}.,{'ab'[n % 2]}\n" for n in range(1, 5))


class Desk:
    """A folder in which studies are written and composed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")

    def study(self, flow: str, more: str = "", factors: str = "") -> Study:
        """Open a study with these steps, and a question about the outcome after them."""
        path = self.folder / "small.yaml"
        path.write_text(TEXT.format(flow=flow, more=more, factors=factors), encoding="utf-8")
        return open_study(path)

    def screens(
        self, flow: str, more: str = "", factors: str = "", mode: str = "", number: int = 1
    ) -> list[Screen]:
        """Return the screens of the steps in a slot, without that of the outcome."""
        study = self.study(flow, more, factors)
        slot = study.slots(study.mode(mode))[number - 1]
        return [each for each in study.timeline(slot).screens if each.id != "outcome"]

    def ask(self, question: str, more: str = "") -> Ask:
        """Return what the screen of one question asks."""
        (screen,) = self.screens(f"  - ask: {{asked: {question}}}", more)
        (ask,) = screen.asks
        return ask
