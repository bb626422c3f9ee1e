"""Faults of timed trials: what would never end, and what cannot be answered with a key."""

from __future__ import annotations

import pytest
from PIL import Image

from experiments.protocol.media_gaps import gaps

KEY = "{key: {e: E, f: F}, correct: E}"


@pytest.mark.parametrize(
    ("step", "found", "remedy"),
    [
        ("show: x", "it would be shown for ever", "Write how long it lasts ('time: 500 ms'), or ask for a key."),
        ("{show: x, time: {least: 1 s}}", "it would be shown for ever", "time: 500 ms"),
        ("{show: x, ask: {a: {slider: How?}}}", "'a' is not answered with a key", "in a step of its own"),
        (f"{{show: x, ask: {{a: {KEY}, b: {KEY}}}}}", "asks 2 questions", "for each of them"),
        (f"{{page: x, ask: {{a: {KEY}}}}}", "which only a 'show' step can ask for", "Write 'show:'"),
        (f"{{show: x, time: {{most: 1 s, countdown: yes}}, ask: {{a: {KEY}}}}}", "no remaining time", "Remove 'countdown'."),
        ("{show: x, ask: {a: {key: {E: E}, correct: E}}}", "there is no key 'E'", "Write the small letter: e."),
        ("{show: x, ask: {a: {key: {spacebar: E}, correct: E}}}", "there is no key 'spacebar'", "space"),
        ("{show: x, ask: {a: {key: {e: E, f: F}, correct: G}}}", "the correct answer 'G' is none of the options", "E, F"),
        ("{show: x, ask: {a: {key: {e: E}, until: right}}}", "no answer is the right one", "Add 'correct:'"),
    ],
)  # fmt: skip
def test_faults_of_timed_trials(desk, step: str, found: str, remedy: str) -> None:
    fault = desk.fault(desk.small(("  - page: Thank you.", f"  - {step}\n  - page: Thank you.")))
    assert found in fault.found
    assert remedy in fault.remedy


def test_a_picture_that_an_item_names_is_used_and_must_be_there(desk) -> None:
    desk.write("pairs.csv", "item,face\na,faces/a.png\nb,faces/b.png\n")
    slot = "{shows: A face., licence: CC0-1.0, source: us, consent: no people shown}"
    (desk.folder / "faces").mkdir()
    desk.write(
        "faces/media.yaml",
        f'media: faces\nversion: "1"\nfiles:\n  a.png: {slot}\n  b.png: {slot}\n',
    )
    Image.new("RGB", (4, 4)).save(desk.folder / "faces" / "a.png")
    text = desk.small(
        (
            "  - page: Thank you.",
            '  - {each: pairs.csv, flow: [{show: {picture: "{face}"}, time: 1 s}]}',
        )
    )
    study = desk.open(text)
    assert {"faces/media.yaml", "faces/a.png"} <= set(study.files)
    (gap,) = gaps(study, "main", ["en"])
    assert gap.startswith("faces/b.png")
    Image.new("RGB", (4, 4)).save(desk.folder / "faces" / "b.png")
    assert gaps(desk.open(text), "main", ["en"]) == []
