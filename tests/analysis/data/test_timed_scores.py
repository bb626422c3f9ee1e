"""Scores of timed trials, in real sessions of the IAT and the dot-probe: d, by hand and by the published steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, stdev

import pytest
from simulated_answers import Somebody

from analysis.data.conditions import with_conditions
from analysis.data.exclude import exclude
from analysis.data.frames import Frames
from analysis.data.load import Data, load
from analysis.data.measured import Measured
from experiments.places import shipped_folder
from experiments.screen import Answer, Response, Screen, shown_after
from experiments.session.collection import open_collection
from experiments.session.session import begin
from experiments.study import Study, open_study
from experiments.timeline.session_run import SessionIdentity

Pressed = tuple[float, float, bool]
"""Seconds until the first key, seconds until the right key, whether the first key was right."""


@dataclass
class Presser(Somebody):
    """A participant whose keys in timed trials are given: loop -> one for each trial, in order."""

    keys: Mapping[str, Iterator[Pressed]] = field(default_factory=dict)

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        loop = screen.id.partition(".")[0]
        if screen.kind != "timed":
            return super().respond(screen, drafts)
        first, last, right = next(self.keys[loop]) if loop in self.keys else (0.5, 0.5, True)
        ask = screen.asks[0]
        wrong = next(each for each in ask.keys.values() if each != ask.correct)
        answer = ask.correct if right else wrong
        answers = {each.measure: answer for each in screen.asks}
        times = {each.measure: first if each.first else last for each in screen.asks}
        shown = dict.fromkeys(shown_after(screen, answers), (1.0, 0.25))
        return Response(answers, times, 1.0, "test", shown=shown)


@pytest.fixture(scope="module")
def iat() -> Study:
    return open_study(shipped_folder("protocols") / "iat.yaml")


def collect(study: Study, folder: Path, people: Iterable[Mapping[str, list[Pressed]]]) -> Data:
    """Run sessions with given keys; in slot order, so that both orders of the pairings occur."""
    collection = open_collection(folder / "data", study, simulated=True)
    for number, keys in enumerate(people, start=1):
        identity = SessionIdentity(f"p{number}", "1", True, "none")
        session = begin(study, collection, "main", identity, "en", {})
        session.run(Presser(keys={loop: iter(each) for loop, each in keys.items()}))
    return with_conditions(load(folder / "data"), study)


def scores(study: Study, data: Data, *names: str) -> dict[str, dict[str, float]]:
    kept = exclude(data, study, "main").data
    frames = Frames.of(kept, study, "main")
    return {name: frames.frame(name).set_index("participant")[name].to_dict() for name in names}


def turned(data: Data) -> dict[str, int]:
    """Return 1 for those who began with flowers and good words on one key, else -1."""
    began = data.sessions.set_index("participant")["begin"]
    return {str(name): 1 if level == "flowers" else -1 for name, level in began.items()}


def steady(*seconds: float, times: int = 20) -> list[Pressed]:
    return [(each, each, True) for each in seconds for _ in range(times // len(seconds))]


def test_d_by_hand(iat: Study, tmp_path: Path) -> None:
    # Each block has half its times .1 s below its mean and half above; the later blocks are .2 s slower.
    blocks = {
        "b3": steady(0.6, 0.8),
        "b4": steady(0.6, 0.8, times=40),
        "b6": steady(0.8, 1.0),
        "b7": steady(0.8, 1.0, times=40),
    }
    data = collect(iat, tmp_path, [blocks, blocks])
    found = scores(iat, data, "later", "d", "d_600")
    # SD of .6, .8, .8, 1.0 in equal parts: the root of .8 / 39 for 40 trials, of 1.6 / 79 for 80.
    by_hand = (0.2 / (0.8 / 39) ** 0.5 + 0.2 / (1.6 / 79) ** 0.5) / 2
    assert by_hand == pytest.approx(1.4009, abs=1e-4)
    assert found["later"] == pytest.approx({"p1": by_hand, "p2": by_hand})
    signs = turned(data)
    assert sorted(signs.values()) == [-1, 1]
    for name, sign in signs.items():
        assert found["d"][name] == pytest.approx(sign * by_hand)
        assert found["d_600"][name] == pytest.approx(sign * by_hand)


def some(seed: int, count: int, slow: float) -> list[Pressed]:
    """Return times with errors, of which some are corrected late, and one trial above ten seconds."""
    found = []
    for place in range(count):
        first = 0.45 + slow + 0.05 * ((seed * 7 + place * 5) % 11)
        right = (seed + place) % 8 != 0
        found.append((first, first if right else first + 0.31, right))
    found[3] = (10.5, 10.5, True)
    return found


def by_the_steps(blocks: Mapping[str, list[Pressed]], penalty: bool) -> float:
    """Return the later pairing less the earlier one by the steps of Greenwald, Nosek and Banaji (2003), Table 4."""
    used = {
        name: [each for each in trials if each[1] <= 10] for name, trials in blocks.items()
    }  # step 2
    differences = []
    for earlier, later in (("b3", "b6"), ("b4", "b7")):
        times, means = {}, {}
        for name in (earlier, later):
            times[name] = [first if penalty else last for first, last, _ in used[name]]
            correct = mean(first for first, _, right in used[name] if right)  # step 5
            replaced = [first if right else correct + 0.6 for first, _, right in used[name]]
            means[name] = mean(replaced if penalty else times[name])  # steps 7 and 9
        pooled = stdev(times[earlier] + times[later])  # step 6
        differences.append((means[later] - means[earlier]) / pooled)  # steps 10 and 11
    return mean(differences)  # step 12


def test_d_is_that_of_the_published_steps(iat: Study, tmp_path: Path) -> None:
    people = [
        {
            "b3": some(seed, 20, 0.0),
            "b4": some(seed + 1, 40, 0.0),
            "b6": some(seed + 2, 20, 0.15),
            "b7": some(seed + 3, 40, 0.1),
        }
        for seed in range(4)
    ]
    data = collect(iat, tmp_path, people)
    found = scores(iat, data, "d", "d_600")
    signs = turned(data)
    for number, blocks in enumerate(people, start=1):
        name = f"p{number}"
        assert found["d"][name] == pytest.approx(signs[name] * by_the_steps(blocks, False))
        assert found["d_600"][name] == pytest.approx(signs[name] * by_the_steps(blocks, True))
        assert abs(found["d"][name] - found["d_600"][name]) > 0.001


@pytest.mark.parametrize(("fast", "is_kept"), [(12, True), (13, False)])
def test_who_is_too_fast_too_often_is_left_out(
    iat: Study, tmp_path: Path, fast: int, is_kept: bool
) -> None:
    usual = {"b3": steady(0.6, 0.8), "b4": steady(0.6, 0.8, times=40), "b6": steady(0.7, 0.9)}
    trials = [(0.25, 0.25, True)] * fast + steady(0.9, times=40)[fast:]
    data = collect(iat, tmp_path, [{**usual, "b7": trials}, usual])
    assert ("p1" in scores(iat, data, "d")["d"]) == is_kept


def test_result_first_and_time_of_a_key(iat: Study, tmp_path: Path) -> None:
    data = collect(iat, tmp_path, [{"b3": some(1, 20, 0.0)}])
    measured, measure = Measured(data, iat), iat.names.measure
    trials = some(1, 20, 0.0)
    firsts = measured.of(measure("b3.answer.first")).sort_values("trial")["value"].tolist()
    times = measured.of(measure("b3.answer.time")).sort_values("trial")["value"].tolist()
    results = measured.of(measure("b3.answer.result")).sort_values("trial")["value"].tolist()
    assert firsts == pytest.approx([first for first, _, _ in trials])
    assert times == pytest.approx([last for _, last, _ in trials])
    assert results == ["right" if right else "wrong" for _, _, right in trials]
