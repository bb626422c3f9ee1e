"""Timed trials in exports: pictures go along; frames and Builder are refused, with the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.online.collector import read_export
from experiments.online.collector.rows import reason_to_refuse
from experiments.online.export.builder.writing import write_builder
from experiments.online.export.exporting import ExportError, order, write_folder
from experiments.places import shipped_folder
from experiments.screen import Response, shown_after
from experiments.study import Study, open_study
from experiments.timeline.session_run import SessionIdentity, SessionRun

pytestmark = pytest.mark.usefixtures("modules")


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study(shipped_folder("protocols") / "dot_probe.yaml").allocated("secret")


@pytest.fixture(scope="module")
def export(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "static"
    return write_folder(study, folder, order(study, "static", study.modes[0], slots=1))


def test_the_pictures_of_trials_go_along(export: Path) -> None:
    screens = json.loads((export / "slots" / "0001.json").read_bytes())["screens"]
    named = {
        stimulus["image"]
        for screen in screens
        for display in screen["displays"]
        for version in display["versions"]
        for stimulus in version["stimuli"]
        if stimulus["image"]
    }
    assert len(named) == 44
    assert all((export / "media" / name).is_file() for name in named)


def test_the_collector_takes_the_rows_of_a_trial_and_no_others(study: Study, export: Path) -> None:
    timeline = study.timeline(study.slots("main")[0])
    run = SessionRun(timeline, SessionIdentity("p", "s", False, "browser"))
    expected = read_export(export).expected(1, "en")
    while (screen := run.current()) is not None and screen.kind != "timed":
        asks = {"consent.agree": "yes", "consent.age": 30}
        answers = {ask.measure: asks.get(ask.measure) for ask in screen.asks}
        run.take(Response(answers, dict.fromkeys(answers or [screen.kind], 1.0), 0.0, "clock"))
    assert screen is not None
    answers = {screen.asks[0].measure: "E"}
    shown = dict.fromkeys(shown_after(screen, answers), (1.0, 0.5))
    rows = run.take(Response(answers, {screen.asks[0].measure: 0.5}, 1.0, "clock", shown=shown))
    assert [reason_to_refuse(row, "p", "s", expected) for row in rows] == [""] * 6
    for change, reason in (
        ({"measure": "show.9"}, "does not ask"),
        ({"status": "answered"}, "should be shown or skipped"),
        ({"value": "x"}, "should have none"),
    ):
        assert reason in reason_to_refuse({**rows[0], **change}, "p", "s", expected)
    impossible = {**rows[-1], "value": "G", "correct": False}
    assert "no key means" in reason_to_refuse(impossible, "p", "s", expected)


FRAMES = """\
study: frames
title: Frames
flow: [{show: x, time: 12 frames}, {ask: {felt: {slider: How?}}}]
factors: {between: {group: [a, b]}}
analysis: {formula: felt ~ group, contrasts: [a - b]}
sample: {participants: 4}
"""


def test_frames_are_for_the_laboratory(tmp_path: Path) -> None:
    path = tmp_path / "frames.yaml"
    path.write_text(FRAMES, encoding="utf-8")
    study = open_study(path)
    ordered = order(study, "static", study.modes[0], slots=1)
    with pytest.raises(ExportError, match=r"for 12 frames, .* Write the time in ms"):
        write_folder(study, tmp_path / "export", ordered)


def test_builder_has_no_timed_trials(study: Study, tmp_path: Path) -> None:
    ordered = order(study, "builder", "main", slots=1)
    with pytest.raises(ExportError, match=r"the study has timed trials \('show'\)"):
        write_builder(study, tmp_path / "builder", ordered)
