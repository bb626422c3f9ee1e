"""A study with a mode within and a mode between participants, simulated, and sessions with given answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import small_study
from simulated_answers import Somebody

from analysis.data.conditions import with_conditions
from analysis.data.load import Data, load
from analysis.simulate import Assumptions, simulate
from experiments.screen import Answer, Ask, Screen
from experiments.session.collection import open_collection
from experiments.session.session import begin
from experiments.study import Study
from experiments.timeline.session_run import SessionIdentity

TEXT = """\
study: needs
title: Children in need
factors: {between: {victims: [1, 2, 8, 100]}}
stakes: {endowment: 5 USD, step: 1 USD}
modes:
  within: {paid: everyone, within: [victims]}
  between: {paid: nobody}
flow:
  - {use: consent, about: children in need}
  - use: attention
  - when: mode = within
    ask:
      money: {choice: Who decides?, options: {me: I decide., chance: Chance decides.}, correct: me}
  - name: appeals
    each: vignettes.csv
    take: {by: mode, within: 8, between: 1}
    rotate: victims
    page: "{victims} in need: {text}"
    ask:
      donation: {allocation: "How much of your {endowment} do you give?"}
      compassion: {slider: How much compassion do you feel?, from: None, to: Very much}
  - scale: feelings5
  - scale: ipip_sympathy
  - ask: {believed: {rating: Did you believe it?, points: 7, from: No, to: Yes}}
  - use: demographics
  - {use: debriefing, page: The numbers differed.}
hypothesis: {outcome: donation, claim: flat, rivals: [log_fade], over: {victims: victims}}
analysis: {formula: donation ~ victims, contrasts: [1 - 8], primary: 1 - 8}
exclude:
  participants: [attention wrong and money wrong, duration < 1/3 median, donation missing]
  sensitivity: [believed < 3]
sample: {per_cell: 50}
"""

CAREFUL = Assumptions(careless=0, skipping=0, skipped=0, declines=0, right=1)
"""Everybody takes part, answers every question, and knows the right answers."""

Answers = Callable[[str, Screen, Ask], Answer]
"""Participant, screen and question -> answer."""
Collects = Callable[..., Data]


class Given(Somebody):
    """A participant whose answers a function gives; other answers are random."""

    def __init__(self, name: str, answers: Answers, leaves_at: str = "") -> None:
        super().__init__(leaves_at=leaves_at)
        self.name, self.answers = name, answers

    def answer(self, screen: Screen, ask: Ask) -> Answer:
        given = self.answers(self.name, screen, ask)
        return super().answer(screen, ask) if given == "at random" else given


@pytest.fixture(scope="session")
def collected() -> Collects:
    """Run sessions with given answers, and load them with their conditions."""

    def run(
        study: Study,
        folder: Path,
        answers: Answers | None = None,
        people: int = 4,
        mode: str = "",
        leaving: Mapping[str, str] | None = None,
    ) -> Data:
        collection = open_collection(folder / "data", study, simulated=True)
        for number in range(1, people + 1):
            name = f"p{number}"
            identity = SessionIdentity(name, "1", True, "none")
            somebody = Given(
                name, answers or (lambda *_: "at random"), (leaving or {}).get(name, "")
            )
            session = begin(
                study, collection, mode or study.modes[0], identity, study.language(), {}
            )
            session.run(somebody)
        return with_conditions(load(folder / "data"), study)

    return run


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return small_study.write(tmp_path_factory.mktemp("study"), TEXT)


@pytest.fixture(scope="session")
def careful(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Data:
    """Twelve participants of the mode between, who took part carefully and believed everything."""
    path = tmp_path_factory.mktemp("data") / "s"
    simulate(study, path, 12, None, 4, mode="between", dropout=0, assumed=CAREFUL)
    data = load(path)
    data.rows.loc[data.rows["measure"] == "believed", "number"] = 6.0
    return data
