"""A whole session: its duration, its end, and where participants go who leave."""

from __future__ import annotations

import pytest
from step_desk import Desk

from experiments.files.faults import InvalidFileError


def test_the_last_screen_ends_the_session(desk: Desk) -> None:
    study = desk.study("  - page: Hello.")
    timeline = study.timeline(study.slots("main")[0])
    assert [(screen.id, screen.ends, screen.proceed) for screen in timeline.screens] == [
        ("step_1", "", "Continue"),
        ("outcome", "complete", "Finish"),
    ]
    assert timeline.exit == "outcome"


def test_who_leaves_goes_to_the_debriefing(desk: Desk) -> None:
    study = desk.study("  - use: debriefing\n    page: The end.")
    assert study.timeline(study.slots("main")[0]).exit == "debriefing"


def test_the_duration_is_that_of_the_screens(desk: Desk) -> None:
    flow = '  - page: "It takes {minutes} minutes."\n  - {wait: Please wait., time: 4 min}'
    (page, _) = desk.screens(flow)
    assert page.content[0].text == "It takes 5 minutes."
    text = (desk.folder / "small.yaml").read_text(encoding="utf-8").replace("minutes: 5\n", "")
    (desk.folder / "small.yaml").write_text(text, encoding="utf-8")
    from experiments.study import open_study

    study = open_study(desk.folder / "small.yaml")
    first = study.timeline(study.slots("main")[0]).screens[0]
    assert first.content[0].text == "It takes 5 minutes."
    (desk.folder / "small.yaml").write_text(text.replace("4 min", "9 min"), encoding="utf-8")
    study = open_study(desk.folder / "small.yaml")
    first = study.timeline(study.slots("main")[0]).screens[0]
    assert first.content[0].text == "It takes 10 minutes."


def test_waiting(desk: Desk) -> None:
    (wait,) = desk.screens("  - {wait: Please wait., time: 30 s}")
    assert (wait.kind, wait.duration, wait.until) == ("look", 30.0, "")
    (wait,) = desk.screens("  - {wait: Please wait., until: experimenter}")
    assert (wait.kind, wait.duration, wait.until) == ("look", 0.0, "experimenter")
    assert not wait.has_button


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("", "the wait has no end"),
        (", time: {least: 5 s}", "the time of the wait is not fixed"),
        (", time: 5 s, until: experimenter", "the wait has two ends, 'time' and 'until'"),
    ],
)
def test_a_wait_has_one_end(desk: Desk, keys: str, found: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        desk.study(f"  - {{wait: Please wait.{keys}}}")
    assert [fault.found for fault in caught.value.faults] == [found]


def test_the_data_say_which_consent_form_was_read(desk: Desk) -> None:
    def version(about: str) -> str:
        return desk.screens(f"  - use: consent\n    about: {about}")[0].stimulus

    assert version("people").startswith("consent@1.0#")
    assert version("people") == version("people")
    assert version("people") != version("animals")


def test_parts_have_their_phase(desk: Desk) -> None:
    flow = """
  - use: consent
    about: people
  - use: attention
  - use: demographics
  - {use: debriefing, page: The end.}
"""
    phases = dict.fromkeys(screen.phase for screen in desk.screens(flow))
    assert list(phases) == ["consent", "checks", "demographics", "debrief"]


def test_an_instrument_has_so_many_items_on_a_page(desk: Desk) -> None:
    screens = desk.screens("  - {name: mood, scale: feelings5, per_page: 3}")
    assert [(s.id, s.phase, len(s.asks)) for s in screens] == [
        ("mood.1", "scales", 3),
        ("mood.2", "scales", 2),
    ]
    assert screens[0].asks[0].measure == "mood.upset"
    assert all(screen.content for screen in screens)


def test_an_instrument_in_a_loop_asks_under_its_address(desk: Desk) -> None:
    flow = "  - {name: people, each: people.csv, flow: [{page: '{text}'}, {scale: feelings5}]}"
    study = desk.study(flow)
    screens = study.timeline(study.slots("main")[0]).screens
    asked = [ask.measure for screen in screens for ask in screen.asks]
    assert asked.count("people.feelings5.moved") == 4
    assert set(asked) <= set(study.names.measures)
