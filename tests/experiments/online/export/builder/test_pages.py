"""A timeline becomes a linear sequence of pages, and what cannot be exported is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builder_sessions import STUDIES, Opened, tables_for

from experiments.online.export.builder.pages import changes_of, map_of, pages_of
from experiments.online.export.builder.tables import ROWS, text_cell
from experiments.online.export.exporting import ExportError
from experiments.screen import Ask, Block, Clip, Fill, Given, Option, Panel, Rule, Screen
from experiments.study import open_study
from experiments.timeline.timeline import Timeline


def line_of(*screens: Screen) -> Timeline:
    """Return a timeline of some screens."""
    facts = ("study", "A study", "1", "0" * 16, "1", "mode", 1, "en", "ltr")
    words = {"skip": "Skip", "continue": "Continue"}
    return Timeline(*facts, words, screens[-1].id, screens=screens)


def test_parts_that_are_answered_together_come_one_after_the_other() -> None:
    def asked(**more: Any) -> tuple[Ask, ...]:
        return Ask("a.x", "X", **more), Ask("a.y", "Y", **more)

    dollars = {"prefix": "$", "suffix": "", "decimals": 0}
    timeline = line_of(
        Screen("s", "select", "scales", "t", asks=asked(high=1.0)),
        Screen("r", "rank", "scales", "t", asks=asked(low=1.0, high=2.0)),
        Screen("b", "split", "scales", "t", asks=asked(high=9.0, money=dollars)),
        END,
    )
    pages = [page for page in pages_of(timeline) if page["page_measure"] == text_cell("a.y")]
    assert [page["page_kind"] for page in pages] == ["rate", "rate", "mark"]
    assert [page.get("page_option1") for page in pages] == [
        text_cell("1\nYes"),
        text_cell("1"),
        None,
    ]
    assert (pages[2]["page_low"], pages[2]["page_high"]) == (text_cell("$0"), text_cell("$9"))
    apart = "its 2 questions come one after the other, each on its own page"
    assert [changes_of(timeline)[name] for name in "srb"] == [
        f"{apart}; nothing limits how many options are chosen, or which of them together",
        f"{apart}; two options can get the same place",
        f"{apart}; the amounts need not add up to the whole",
    ]
    kept = map_of([timeline])["measures"]["a_x"]
    assert (kept["kind"], kept["low"], kept["high"]) == ("number", 0, 1)


def test_several_levels_on_one_page_are_not_handed_over() -> None:
    asks = tuple(Ask("gift", "Give?", entry="text").in_panel(number) for number in (1, 2))
    both = Screen("q", "write", "trials", "t", asks=asks, panels=(Panel({"n": 1}), Panel({"n": 8})))
    with pytest.raises(ExportError, match="'q' shows several levels together on one page"):
        pages_of(line_of(both, END))


def test_a_dial_is_not_handed_over() -> None:
    dial = Screen("q", "trace", "scales", "t", asks=(Ask("felt", entry="trace", longest=9),))
    with pytest.raises(ExportError, match="'felt' is a dial"):
        pages_of(line_of(dial, END))


def test_a_long_list_of_options_is_not_handed_over() -> None:
    many = tuple(Option(f"o{n}", f"Option {n}") for n in range(20))
    pick = Screen("q", "pick", "scales", "t", asks=(Ask("place", options=many),))
    with pytest.raises(ExportError, match="'place' has 20 options in a list"):
        pages_of(line_of(pick, END))


def test_an_answer_that_must_stay_on_the_device_is_not_handed_over() -> None:
    kept = Screen("q", "write", "scales", "t", asks=(Ask("name", entry="text", local=True),))
    with pytest.raises(ExportError, match="the answer to 'name' must stay on the device"):
        pages_of(line_of(kept, END))


def test_what_builder_does_not_time_or_count_is_said() -> None:
    ask = Ask("a", entry="lines", longest=90, least=20)
    timed = Screen("q", "write", "scales", "t", asks=(ask,), at_most=60.0, countdown=True)
    assert changes_of(line_of(timed, END))["q"] == (
        "does not end by itself after 60 s; the remaining time is not shown;"
        " accepts texts of fewer than 20 characters"
    )


def test_a_film_is_described_and_said_to_need_a_component() -> None:
    film = Block("video", clip=Clip("films/a.mp4", "A river", 2.0, ends=True))
    timeline = line_of(Screen("f", "look", "trials", "t", (film,), duration=2.0), END)
    assert pages_of(timeline)[0]["page_body"] == text_cell("(A river)")
    assert changes_of(timeline)["f"] == (
        "its film is copied into media/, and described on the page; add a Movie component for it"
    )


OPTIONS = (Option("x", "X"), Option("y", "Y"), Option("z", "Z"))
CHOICE = Ask("a", options=OPTIONS)
END = Screen("end", "read", "payment", "end", ends="complete")


def choice(*rules: Rule, ask: Ask = CHOICE) -> Screen:
    """Return a screen with three options and some rules."""
    return Screen("q", "choose", "checks", "q", asks=(ask,), after=rules)


@pytest.mark.parametrize(("name", "mode"), STUDIES)
def test_the_slots_pages_are_the_screens_of_the_timeline(
    opened: Opened, name: str, mode: str
) -> None:
    study = opened(name)
    tables = tables_for(study, mode, 6)
    assert [row["slot_number"] for row in tables.slots] == list(range(1, 7))
    for row, slot in zip(tables.slots, study.slots(mode), strict=False):
        rows = str(row["slot_pages"]).removeprefix(ROWS).split(",")
        pages = [tables.screens[int(place)] for place in rows]
        expected = []
        for screen in study.timeline(slot, "en").screens:
            expected += [(screen.id, ask.measure) for ask in screen.asks] or [
                (screen.id, screen.kind)
            ]
            if screen.ends and not screen.given:
                break
        assert [(page["page_screen"], page["page_measure"]) for page in pages] == [
            (text_cell(screen), text_cell(measure)) for screen, measure in expected
        ]
        assert {name: row[f"slot_{name}"] for name in slot.cells} == {
            name: text_cell(str(level)) for name, level in slot.cells.items()
        }
    # Pages shared by slots are listed once; all have the same columns, none of them empty.
    assert len({tuple(page.items()) for page in tables.screens}) == len(tables.screens)
    assert len({tuple(page) for page in tables.screens}) == 1
    assert "" not in {cell for page in tables.screens for cell in page.values()}


def test_every_page_has_the_vignette_with_its_words(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        'item,text,loss\na,"{who} lost a bus.",mild\nb,"{who} broke a leg.",severe\n',
        encoding="utf-8",
    )
    (tmp_path / "small.yaml").write_text(
        """
study: small
title: A small study
factors: {within: {group: {ours: a friend, theirs: a stranger}, loss: [mild, severe]}}
flow:
  - each: people.csv
    cross: group
    fill: {who: "{group}"}
    page: "{text}"
    ask: {warm: {slider: Warm?}, sad: {rating: Sad?, from: Not, to: Very}}
analysis: {formula: warm ~ group, contrasts: [ours - theirs]}
sample: {participants: 10}
""",
        encoding="utf-8",
    )
    study = open_study(tmp_path / "small.yaml")
    pages = pages_of(study.timeline(study.slots("main")[0]))
    assert sorted(page["page_body"] for page in pages if page["page_stimulus"] != "t:") == [
        f"t:{who} {loss}.\n\n{question}?"
        for who in ("a friend", "a stranger")
        for loss in ("broke a leg", "lost a bus")
        for question in ("Sad", "Warm")
    ]


@pytest.mark.parametrize(
    ("given", "cell"),
    [
        ((), "t:"),
        ((Given("q", "a", equals=("y", "z")),), "t:q|a|=|y^z"),
        (
            (Given("q", "a", differs=("y",)), Given("r", "b", missing=True)),
            "t:q|a|!=|y;r|b|missing|",
        ),
        ((Given("q", "a", sign="<", limit=18.0),), "t:q|a|<|18"),
    ],
)
def test_conditions_on_earlier_answers_are_kept(given: tuple[Given, ...], cell: str) -> None:
    out = Screen("out", "read", "consent", "end", ends="declined", given=given)
    pages = pages_of(line_of(choice(), out, END))
    last = ["t:out"] if not given else ["t:out", "t:end"]
    assert [page["page_screen"] for page in pages] == ["t:q", *last]
    assert [(page["page_given"], page["page_ends"]) for page in pages[:2]] == [("t:", 0), (cell, 1)]


def test_another_attempt_is_left_out_and_named() -> None:
    again = Screen("again", "read", "checks", "q", after=(Rule("q"),))
    timeline = line_of(choice(Rule("again", "a", ("y",), visits_below=2)), END, again)
    assert [page["page_screen"] for page in pages_of(timeline)] == ["t:q", "t:end"]
    assert changes_of(timeline) == {
        "q": "asked once; the page 'again' and the next attempt are left out"
    }


def test_an_answer_that_holds_a_separator_is_refused() -> None:
    given = (Given("q", "a", equals=("y^z",)),)
    with pytest.raises(ExportError, match=r"'y\^z' contains '\^'"):
        pages_of(line_of(choice(), Screen("r", "read", "trials", "r", given=given), END))


def test_what_else_is_different_is_named() -> None:
    age = Ask("age", required=True, low=18, high=99, entry="integer")
    money = {"prefix": "$", "suffix": "", "decimals": 0}
    screens = (
        Screen("s.1", "mark", "trials", "s", asks=(Ask("a", high=9), Ask("b", high=9)), trial=1),
        Screen("s.2", "mark", "trials", "s", asks=(Ask("a", high=9), Ask("b", high=9)), trial=2),
        Screen("age", "write", "consent", "e", (), (age,)),
        Screen(
            "end",
            "read",
            "payment",
            "end",
            (Block("text", "You **gave** [[given]]."),),
            fills=(Fill("given", "s.1", "a", "given", 5, money),),
            ends="complete",
        ),
    )
    timeline = line_of(*screens)
    assert changes_of(timeline) == {
        "s": "its 2 questions come one after the other, each on its own page",
        "age": "accepts any text, not only whole numbers from 18 to 99; can be left empty",
        "end": "amounts from earlier answers are shown as '…'",
    }
    pages = pages_of(timeline)
    assert pages[-1]["page_body"] == "t:You gave …."
    assert [page["page_trial"] for page in pages] == [1, 1, 2, 2, 0, 0]


def test_a_required_choice_cannot_be_skipped() -> None:
    required = Ask("a", required=True, options=OPTIONS)
    after = [
        pages_of(line_of(choice(ask=ask), END))[0]["page_go_after"] for ask in (CHOICE, required)
    ]
    assert after == [0, 1_000_000]


def points(*labels: str) -> tuple[Option, ...]:
    """Return a scale from 1 on."""
    return tuple(Option(value, label) for value, label in enumerate(labels, start=1))


@pytest.mark.parametrize(
    ("kind", "options", "shown", "places"),
    [
        ("choose", OPTIONS, ["X", "Y", "Z"], (0, -0.2, 0, -0.075)),
        ("rate", points("no", "", "yes"), ["1\nno", "2", "3\nyes"], (-0.41, -0.3, 0.41, 0)),
        ("rate", points("1", "2"), ["1", "2"], (-0.31, -0.3, 0.62, 0)),
    ],
)
def test_options_are_in_a_list_and_points_in_a_row(
    kind: str, options: tuple[Option, ...], shown: list[str], places: tuple[float, ...]
) -> None:
    screen = Screen("q", kind, "trials", "q", asks=(Ask("a", options=options),))  # type: ignore[arg-type]
    page = pages_of(line_of(screen, END))[0]
    assert page["page_options"] == len(options)
    for number, text in enumerate(shown, start=1):
        assert page[f"page_option{number}"] == f"t:{text}"
    found = [page[f"page_option_{name}"] for name in ("x", "y", "dx", "dy")]
    assert found == pytest.approx(places, abs=0.01)


@pytest.mark.parametrize(
    ("screen", "message"),
    [
        (
            Screen("q", "read", "trials", "q", content=(Block("text", "word " * 3000),)),
            "too long for one Builder page",
        ),
        (choice(ask=Ask("a", options=(Option("x", "long " * 60),))), "too long for a Builder"),
        (choice(ask=Ask("a", options=(Option("x;y", "X"),))), "'x;y' contains ';'"),
    ],
)
def test_what_builder_cannot_show_is_refused(screen: Screen, message: str) -> None:
    with pytest.raises(ExportError, match=message):
        pages_of(line_of(screen, END))


def test_a_long_text_gets_smaller_type() -> None:
    sizes = []
    for words in (20, 120, 260):
        screen = Screen("q", "read", "trials", "q", content=(Block("text", "words " * words),))
        sizes.append(pages_of(line_of(screen, END))[0]["page_size"])
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1]


def test_the_map_names_every_question_and_what_varies(opened: Opened) -> None:
    study = opened("compassion_collapse")
    made = map_of([study.timeline(slot, "en") for slot in study.slots("within")[:4]])
    assert made["measures"]["appeals_donation"] == {
        "sentence": "How much of your $10 would you give in response to this appeal?",
        "column": "answer",
        "phase": "trials",
        "unit": "USD",
        "once": False,
        "keep": {"measure": ["appeals.donation"]},
        "kind": "number",
        "low": 0.0,
        "high": 10.0,
    }
    assert set(made["keep"]["measure"]) >= {"consent.agree", "consent.age", "suspicion.suspicion"}
    assert made["factors"]["victims"]["levels"]["t:1"] == 1


def test_two_measures_have_two_names_in_the_map() -> None:
    screens = [
        Screen(f"s{n}", "choose", "trials", "s", asks=(Ask(name, options=OPTIONS),))
        for n, name in enumerate(("a.b_c", "a_b.c", "a.b_c"))
    ]
    made = map_of([line_of(*screens, END)])
    assert [each["keep"]["measure"] for each in made["measures"].values()] == [["a.b_c"], ["a_b.c"]]
