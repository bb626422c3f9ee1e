"""What a simulated participant's curve reads is what the analysis computes from the answers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.data.conditions import with_conditions
from analysis.data.frames import Frames
from analysis.data.load import load
from analysis.errors import AnalysisError
from analysis.simulate import Assumptions, Population, SimulatedParticipant, population, simulate
from analysis.simulate.screen_rows import ScreenRow
from experiments.study import Study, open_collected
from tests.small_study import BEGINNING, VIGNETTES, write

CAREFUL = Assumptions(careless=0, skipping=0, skipped=0, declines=0, right=1)
FLOW = (
    BEGINNING
    + """\
  - name: before
    ask:
      mood: {rating: How are you?, points: 7, from: Bad, to: Good}
      sure: {choice: Are you sure?, options: {a: Yes, b: No}, correct: a}
"""
    + VIGNETTES
    + """\
  - use: debriefing
    page: Groups differed.
analysis: {formula: compassion ~ group, contrasts: [ours - theirs]}
sample: {participants: 20}
columns:
"""
)
COLUMNS = {
    "row": "(felt - 50) / 10 * -2",
    "logged": "log(1 + felt)",
    "several": '"mean(felt, mood) + min(felt, 40) - max(mood, trial)"',
    "test": "felt > 50 and severity = mild",
    "sure_wrong": "sure wrong",
    "of_ours": "mean(felt where group = ours)",
    "difference": "mean(felt where group = ours) - mean(felt where group = theirs)",
    "both": "sd(felt) + sum(felt) + min(felt) + max(felt)",
    "ends": "first(felt) - last(felt)",
    # Of a column, and of something that is asked once and something that is asked in each trial.
    "of_column": "mean(row where severity = severe)",
    "mild": "felt where severity = mild",
    "of_mild": "mean(mild)",
    "of_both": "mean(mood + felt)",
    # A test is counted where it holds.
    "high": "count(felt > 50)",
    "high_ours": "count(felt > 50 where group = ours)",
    "ours": "count(felt where group = ours)",
    "centred": "{of: felt, centre: yes}",
    "standard": "{of: felt, standard: yes}",
    "standard_once": "{of: mood, standard: yes}",
}
NEAR = {"centred": 2.0, "standard": 0.15}
"""The mean and SD are those of participants who all have the first slot, here of other trials."""
N = 100
"""As many participants as those from whom the mean and SD of a centred column are computed."""


def study_of(folder: Path, columns: dict[str, str]) -> Study:
    written = "".join(f"  {name}: {column}\n" for name, column in columns.items())
    return write(folder, FLOW + written)


def people_of(study: Study) -> Population:
    return population(study, None, 2, dropout=0, assumed=CAREFUL)


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    study = study_of(tmp_path_factory.mktemp("study"), COLUMNS)
    folder = tmp_path_factory.mktemp("data") / "s"
    simulate(study, folder, N, None, 2, dropout=0, assumed=CAREFUL)
    return Frames.of(with_conditions(load(folder), study), study, "main")


@pytest.fixture(scope="module")
def rows(frames: Frames) -> dict[tuple[str, int], ScreenRow]:
    """Participant and trial -> the row of the simulated participant, of the first four."""
    people, slots = people_of(frames.study), frames.study.slots("main")
    found = {}
    for number in range(1, 5):
        timeline = frames.study.timeline(slots[number - 1])
        answers = SimulatedParticipant(people, timeline, number).latent.answers
        for screen, _ in answers.asked["vignettes.compassion"]:
            assert screen.trial is not None
            found[people.participant(number), screen.trial] = ScreenRow(answers, screen)
    return found


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_is_what_the_analysis_computes(
    column: str, frames: Frames, rows: dict[tuple[str, int], ScreenRow]
) -> None:
    table = frames.frame("compassion", [column]).set_index(["participant", "trial"])[column]
    values = {key: row.value(column) for key, row in rows.items() if pd.notna(table[key])}
    expected = {key: table[key] for key in values}
    assert len(values) >= 16
    assert values == pytest.approx(expected, abs=NEAR.get(column, 1e-9))


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("sure + felt", r"needs 'sure' as a number, but it is '[ab]' in one of the rows"),
        ("1 / (felt - felt)", r"'1 / \(felt - felt\)' divides by zero in a simulated row"),
        ("log(felt - felt)", r"'log\(felt - felt\)' is the logarithm of 0 in a simulated row"),
        ("import physiology.rsa", r"'odd' is imported \(import physiology.rsa\)"),
        ("mean(felt where severity = none)", "No row of a simulated participant has what 'mean"),
    ],
)
def test_what_cannot_be_computed_is_refused(column: str, message: str, tmp_path: Path) -> None:
    # As one that is kept with data: the check refuses some of these before anybody is simulated.
    study_of(tmp_path, {"two": "felt + felt"})
    file = tmp_path / "severity.yaml"
    file.write_text(f"{FLOW}  odd: {column}\n", encoding="utf-8")
    study = open_collected(file)
    people = people_of(study)
    answers = SimulatedParticipant(people, people.first_timeline, 1).latent.answers
    screen, _ = answers.asked["vignettes.compassion"][0]
    with pytest.raises(AnalysisError, match=message):
        ScreenRow(answers, screen).value("odd")
