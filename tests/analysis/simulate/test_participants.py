"""Simulated participants: their means follow the hypothesis, and their answers depend only on their names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.simulate import (
    Assumptions,
    Population,
    SimulatedParticipant,
    population,
    sessions,
)
from experiments.study import Study, open_study
from experiments.timeline.session_run import SessionIdentity, SessionRun
from tests.small_study import TEXT, write

SMALL = Path(__file__).resolve().parent.parent / "small_study" / "small.yaml"
ATTENTIVE = Assumptions(careless=0, skipping=0, skipped=0, declines=0, right=1)
GROUPS = """\
  within: {group: [in, none, out]}"""
OF_GROUPS = (
    TEXT.replace("  within: {group: [ours, theirs], severity: [mild, severe]}", GROUPS)
    .replace("claim: ours > theirs", "claim: favouritism_and_derogation")
    .replace("    rotate: group ", "    take: 6\n    rotate: group ")
    .replace("compassion ~ group * severity", "{formula: compassion ~ group, primary: in - out}")
)


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study(SMALL)


def rows_of(people: Population, n: int) -> pd.DataFrame:
    return pd.DataFrame([row for one in sessions(people, n) for row in one.rows])


@pytest.fixture(scope="module")
def many(study: Study) -> pd.DataFrame:
    people = population(study, "M5", 5, mode="between", dropout=0, assumed=ATTENTIVE)
    return rows_of(people, 400)


def test_the_mean_gift_follows_the_curve(study: Study, many: pd.DataFrame) -> None:
    share = population(study, "M5", 5, mode="between").curve.share
    gifts = many[many["measure"] == "needs.donation"]
    for level in ("1", "2", "8", "100"):
        here = gifts["cells"].map(lambda cells, level=level: str(cells["victims"]) == level)
        given = gifts[here]["number"].to_numpy() / 10
        assert len(given) == 100
        assert given.mean() == pytest.approx(share[level,], abs=4 * given.std() / 10 + 0.01)


def test_one_level_keeps_its_ratio_to_the_other(study: Study) -> None:
    share = population(study, "M5", 1).curve.share
    assert share["1",] == pytest.approx(0.476)
    assert share["2",] / share["1",] == pytest.approx(0.1 + 0.9 * np.exp(-0.588))


def test_an_effect_is_the_distance_in_standard_deviations(study: Study) -> None:
    people = population(study, "M4", 1, effect=0.5)
    scale = people.scales.of("give", 11)
    low, high = people.curve.share["8",], people.curve.share["1",]
    assert (high - low) / scale.sd(scale.mu(high)) == pytest.approx(0.5)
    assert scale.mean(people.curve.mu["8",]) == pytest.approx(low, abs=1e-9)


def test_hypotheses_in_standard_deviations_move_the_mean_by_them(tmp_path: Path) -> None:
    people = population(write(tmp_path, OF_GROUPS), "P3", 1, parameters={"d_in": 0.3, "d_out": 0.1})
    scale, share = people.scales.of("rate", 7), people.curve.share
    sd = scale.sd(scale.mu(share["in",]))
    assert share["in",] == pytest.approx(0.55)
    assert (share["in",] - share["none",]) / sd == pytest.approx(0.3)
    assert (share["none",] - share["out",]) / sd == pytest.approx(0.1)


def test_feelings_go_with_the_gift_as_published(many: pd.DataFrame) -> None:
    victims = many["cells"].map(lambda cells: str(cells.get("victims")))
    table = many.assign(victims=victims).pivot_table(
        index="participant", columns="measure", values="number", aggfunc="first"
    )
    level = victims.groupby(many["participant"]).last()
    feelings = table[[name for name in table if name.startswith("feelings5.")]].mean(axis=1)
    gift = table["needs.donation"]
    within = [np.corrcoef(feelings[level == n], gift[level == n])[0, 1] for n in ("1", "2")]
    # r = .56-.64 in every cell [V], here with n = 100 a cell.
    assert 0.4 < np.mean(within) < 0.75
    # One of the two items is reverse-keyed.
    assert table["ipip_sympathy.homeless"].corr(table["ipip_sympathy.needy"]) < -0.3


def test_gifts_pile_up_at_none_half_and_all(study: Study) -> None:
    rows = rows_of(population(study, "M0", 3, dropout=0, assumed=ATTENTIVE), 150)
    count = np.bincount(
        rows[rows["measure"] == "needs.donation"]["number"].astype(int), minlength=11
    )
    assert count[0] > count[1:5].max()
    assert count[5] > count[6:10].max()
    assert count[10] > count[6:10].max()


def test_answers_do_not_depend_on_the_order_of_asking(study: Study) -> None:
    slot = study.slots("within")[4]

    def participant(seed: int) -> SimulatedParticipant:
        people = population(study, "M5", seed, mode=slot.mode)
        return SimulatedParticipant(people, study.timeline(slot), slot.number)

    one, other = participant(9), participant(9)
    screens = one.timeline.screens
    forward = [one.decide(screen) for screen in screens]
    for screen in screens:
        other.respond(screen, {})
    assert forward == [other.decide(screen) for screen in reversed(screens)][::-1]
    third = participant(10)
    assert forward != [third.decide(screen) for screen in screens]


def test_a_person_answers_every_kind_of_screen(study: Study) -> None:
    import every_kind

    people = population(study, "M5", 1, dropout=0, assumed=Assumptions(declines=0, skipping=0.5))
    for number in range(1, 25):
        timeline = every_kind.build("he")
        participant = SimulatedParticipant(people, timeline, number)
        progress = SessionRun(timeline, SessionIdentity("sim", "1", True, "none"))
        while (screen := progress.current()) is not None:
            for row in progress.take(participant.respond(screen, {})):
                ask = next((ask for ask in screen.asks if ask.measure == row["measure"]), None)
                if row["number"] is None or ask is None:
                    continue
                values = [option.value for option in ask.options] or [ask.low, ask.high]
                assert min(values) <= row["number"] <= max(values)
                assert row["response_time"] > 0
        assert progress.outcome in {"complete", "ineligible"}


def test_the_careless_fail_checks_and_are_fast(study: Study) -> None:
    assumed = replace(ATTENTIVE, careless=0.5)
    people = population(study, "M5", 2, dropout=0, assumed=assumed)
    timeline = study.timeline(study.slots("within")[0])
    careful, careless = [], []
    for session in sessions(people, 60):
        style = SimulatedParticipant(people, timeline, session.planned.number).style
        right = next(
            row["correct"] for row in session.rows if row["measure"].startswith("attention")
        )
        seconds = session.rows[-1]["onset"]
        (careful if style.reads == "with care" else careless).append((right, seconds))
    assert all(right for right, _ in careful)
    assert np.mean([right for right, _ in careless]) < 0.7
    assert np.median([s for _, s in careless]) < np.median([s for _, s in careful]) / 2


def test_some_skip_what_they_may_and_nobody_what_they_must(study: Study) -> None:
    assumed = replace(ATTENTIVE, skipping=0.5, skipped_by_skippers=0.3)
    rows = rows_of(population(study, "M5", 2, dropout=0, assumed=assumed), 40)
    asked = rows[rows["status"].isin(["answered", "skipped"])]
    skipped = (asked["status"] == "skipped").groupby(asked["participant"]).mean()
    assert (skipped == 0).sum() > 10
    assert (skipped > 0.2).sum() > 10
    assert not asked[asked["status"] == "skipped"]["measure"].str.startswith("consent").any()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"mode": "nowhere"}, "no mode 'nowhere'"),
        ({"seed": -1}, "seed is -1"),
        ({"dropout": 1.0}, "dropout rate is 1.0"),
        ({"hypothesis": "M55"}, "no hypothesis 'M55'"),
        ({"hypothesis": "M9"}, "reads 'efficacy', and the study has no factor"),
        ({"parameters": {"lamda": 1.0}}, "no parameter 'lamda'"),
    ],
)
def test_what_cannot_be_simulated_is_reported(study: Study, wrong: dict, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        population(study, **{"hypothesis": "M5", **wrong})


def test_assumptions_must_be_shares(study: Study) -> None:
    with pytest.raises(AnalysisError, match="careless"):
        Assumptions(careless=1.5)
    with pytest.raises(AnalysisError, match="add up"):
        Assumptions(person=0.9, stimulus=0.2)


@pytest.mark.parametrize("effect", [float("nan"), float("inf")])
def test_an_effect_that_is_no_number_is_refused(study: Study, effect: float) -> None:
    with pytest.raises(AnalysisError, match="number of standard deviations"):
        population(study, "M5", effect=effect)
