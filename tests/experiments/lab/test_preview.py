"""Pictures of screens without a display, and windows that cannot open."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import every_kind
import pytest
from PIL import Image

from experiments.lab import preview
from experiments.lab.preview import Condition, contact_sheet, picture_of
from experiments.timeline.timeline import with_answers_filled_in

WITHOUT_DISPLAY = """
import sys
sys.path[:0] = sys.argv[1:3]
import every_kind
from experiments.lab import preview
from experiments.lab.preview import Condition, contact_sheet, picture_of
timeline = every_kind.load("he")
picture = picture_of(timeline.screens[0], timeline, (1280, 720), root=every_kind.HERE)
assert picture.size == (1280, 720), picture.size
assert len(picture.getcolors(100000)) > 50
assert "psychopy.visual" not in sys.modules
from experiments.lab.window import NoWindowError, open_window
try:
    open_window((800, 600))
except NoWindowError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux is there no display")
def test_pictures_need_no_display_and_a_window_says_that_it_does():
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY"}
    }
    paths = [str(every_kind.HERE.parent.parent), str(every_kind.HERE)]
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_DISPLAY, *paths],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "there is no display" in result.stdout
    assert "xvfb-run" in result.stdout


def test_a_picture_shows_the_answers(english):
    screen = english.screens[english.index["give.five"]]

    def shot(answers):
        return picture_of(screen, english, (1024, 768), answers, every_kind.HERE).tobytes()

    shown = [shot(answers) for answers in ({}, {"donation": 2}, {"donation": None})]
    assert len(set(shown)) == 3
    assert shot({"donation": 2}) == shown[1]


def test_a_contact_sheet_shows_every_screen_of_every_condition(tmp_path, english, monkeypatch):
    welcome = english.screens[english.index["welcome"]]
    again = replace(welcome, id="again <b>", stimulus="a&b")
    both = [
        Condition("real", f"victim {name}", replace(english, screens=screens))
        for name, screens in (("one", (welcome, again)), ("many", (welcome,)))
    ]
    monkeypatch.setattr(preview, "conditions", lambda study, language, modes: both)
    study = SimpleNamespace(title="A & B", study="s", version="1.0")
    told = {"real": ("In .10 of studies.",)}
    page = contact_sheet(study, tmp_path / "to", "en", ["real"], told)
    text = page.read_text(encoding="utf-8")
    assert (
        "In .10 of studies. If the verdict is not in favour of a claim that is true, it is" in text
    )
    assert "A &amp; B (s 1.0, en)" in text
    assert "real: victim one" in text
    assert "real: victim many" in text
    assert "2. <b>again &lt;b&gt;</b><br>read, " in text
    assert "a&amp;b" in text
    # Screens that look alike are drawn once.
    assert len(list(page.parent.glob("screens/*.png"))) == 1
    assert [file.name for file in sorted(page.parent.glob("*.png"))] == [
        "sheet-01-real.png",
        "sheet-02-real.png",
    ]


def test_the_last_page_of_a_contact_sheet_has_the_code_that_the_consent_form_mentions(
    tmp_path, english, monkeypatch
):
    last = next(screen for screen in english.screens if screen.ends == "complete")
    one = Condition("real", "one cell", replace(english, screens=(last,)))
    monkeypatch.setattr(preview, "conditions", lambda study, language, modes: [one])
    study = SimpleNamespace(title="A", study="s", version="1.0")
    contact_sheet(study, tmp_path, "en", ["real"])
    (file,) = (tmp_path / "screens").glob("*.png")
    shown = with_answers_filled_in(last, {})
    with_code = picture_of(shown, one.timeline, participant="p01")
    with Image.open(file) as picture:
        assert picture.convert("RGB").tobytes() == with_code.tobytes()
    assert with_code.tobytes() != picture_of(shown, one.timeline).tobytes()
