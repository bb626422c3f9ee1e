"""The rows of an outcome: from which loop, how many for each participant, at which levels."""

from __future__ import annotations

import pytest
import small_study

from experiments.protocol.check import read_study
from experiments.protocol.outcome_rows import OutcomeRows


@pytest.fixture
def rows_of(drafts):
    def of(name):
        study = read_study(drafts / f"{name}.yaml")
        return OutcomeRows(study.names)

    return of


def numbers(rows_of, outcome: str, mode: str, stacked: bool = False) -> set[int]:
    """Return the number of rows of one participant, in the cells where it is asked."""
    rows = rows_of.of(outcome, stacked)
    return {len(own) for _, own in rows_of.participants(rows, mode)}


@pytest.mark.parametrize(
    ("name", "mode", "outcome", "each", "items"),
    [
        ("compassion_collapse", "between", "donation", {3}, 16),
        ("compassion_collapse", "within", "donation", {12}, 16),
        ("identified_victim", "real", "donation", {1}, 8),
        # Asked after a loop of one item, which it still knows.
        ("identified_victim", "real", "feelings5", {1}, 8),
        ("parochial_vignettes", "dots", "compassion", {15}, 16),
        ("parochial_vignettes", "dots", "share", {3}, 3),
        ("parochial_vignettes", "dots", "warmth", {1}, 0),
        # A loop over the levels of a factor.
        ("parochial_collapse", "separate", "share", {2}, 0),
        ("parochial_collapse", "together", "share", {4}, 0),
        ("dot_probe", "main", "log_rt", {160}, 20),
        ("compassion_radius", "list", "forgone", {15}, 23),
        # Seven of eight levels.
        ("compassion_radius", "list", "names", {7}, 0),
        ("compassion_budget", "main", "upset", {32}, 32),
        ("compassion_budget", "main", "calm", {8}, 8),
        ("compassion_budget", "main", "recovery", {0}, 0),
        # Imported windows of the scenes: those of the viewing alone.
        ("vagal_response", "film", "change", {12}, 24),
        ("vagal_response", "written", "change", {12}, 24),
        # Its loop is not shown at every level.
        ("recategorisation", "minimal", "met", {0, 1, 4}, 4),
        ("recategorisation", "real", "club", {1}, 0),
        ("recategorisation", "minimal", "club", {0}, 0),
        # Fourteen days.
        ("compassion_training", "main", "practised", {14}, 0),
        # Both numbers on one page.
        ("singularity", "joint", "donation", {2}, 16),
    ],
)
def test_rows_of_the_drafts(rows_of, name, mode, outcome, each, items):
    study = rows_of(name)
    assert numbers(study, outcome, mode) == each
    assert len(study.items_met(study.of(outcome), mode)) == items


def test_sessions_are_stacked(rows_of):
    study = rows_of("compassion_training")
    assert numbers(study, "distress", "main", stacked=True) == {32}
    assert numbers(study, "before.distress", "main") == {16}
    rows = study.of("distress", stacked=True)
    (_, own), *_ = study.participants(rows, "main")
    assert {(row["session"], row["emotion"]) for row in own} == {
        (session, emotion) for session in ("before", "after") for emotion in ("low", "high")
    }


def test_an_aggregate_is_one_value_for_each_participant(rows_of):
    study = rows_of("self_compassion")
    assert study.of("care").per_participant
    assert not study.of("compassion").per_participant


def test_a_column_can_name_a_field_of_the_items(tmp_path):
    """A field has the rows of what it is computed with."""
    lengths = "".join(
        f"i{number},Story {number}.,{'mild' if number % 2 else 'severe'},{number}\n"
        for number in range(1, 9)
    )
    text = small_study.TEXT.replace(
        "hypothesis:", "columns: {long: compassion * length}\nhypothesis:"
    )
    study = small_study.write(tmp_path, text, f"item,text,severity,length\n{lengths}").opened
    rows = OutcomeRows(study.names)
    assert numbers(rows, "long", "main") == numbers(rows, "compassion", "main") == {8}
