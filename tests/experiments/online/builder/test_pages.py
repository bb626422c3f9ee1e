"""A slot's list of pages leads through the same screens, with the same rows, as the timeline itself."""

from __future__ import annotations

import csv
import io

import pytest
from builder_sessions import LEAVE, STUDIES, WAYS, Opened, go_through, session, tables_for

from experiments.online.builder import in_experiment as inside
from experiments.online.builder.cells import listed, said, table
from experiments.online.builder.pages import pages_of
from experiments.online.exporting import ExportError
from experiments.screen import Ask, Block, Option, Rule, Screen
from experiments.timeline import Timeline


@pytest.mark.parametrize(("name", "mode"), STUDIES)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_through_gives_the_rows_of_the_sitting(
    opened: Opened, name: str, mode: str, way: str
) -> None:
    study = opened(name)
    tables = tables_for(study, mode, 6)
    overruled, outcome = WAYS[way]
    for slot in (1, 6) if way == "to the end" else (2,):
        sat = session(study, mode, slot, overruled)
        assert sat.outcome == outcome
        assert [step.told for step in go_through(tables, sat)] == sat.told()


@pytest.mark.parametrize("answer", ["divide", "all_mine", None])
def test_a_check_is_explained_and_asked_again(opened: Opened, answer: str | None) -> None:
    study = opened("identified_victim")
    sat = session(study, "lottery", 1, {"money_check": answer})
    steps = go_through(tables_for(study, "lottery", 1), sat)
    assert [step.told for step in steps] == sat.told()
    asked = [step.told[:2] for step in steps if "money_check" in step.told[0]]
    here = "comprehension.money_check"
    again = [(here, 1), (f"{here}.explained", 1), (here, 2)]
    assert asked == (again[:1] if answer == "divide" else again)


def test_leaving_in_the_middle_leads_to_the_debriefing_and_the_receipt(opened: Opened) -> None:
    study = opened("identified_victim")
    sat = session(study, "lottery", 1, {"scale.feelings5.1": LEAVE, "donation": 3})
    steps = go_through(tables_for(study, "lottery", 1), sat)
    assert [step.told for step in steps] == sat.told()
    assert [step.told[0] for step in steps][-4:] == [
        "scale.feelings5.1",
        "debrief.1",
        "debrief.2",
        "payment",
    ]
    # What was given counts, though the participant left afterwards.
    assert "$3" in steps[-1].text
    assert "$2" in steps[-1].text
    assert "[[" not in steps[-1].text


def test_right_and_wrong_answers_are_told_apart() -> None:
    inside.study_begin(1, "1")
    inside.study.update(screen="check", visits={"check": 1})
    assert inside.study_record("b", False, "t|check", "t|b", False)["correct"] == 1
    assert inside.study_record("a", False, "t|check", "t|b", False)["correct"] == 0
    assert inside.study_record(None, True, "t|check", "t|b", False)["correct"] == ""
    assert inside.study_record("a", False, "t|check", "t|", False)["correct"] == ""


@pytest.mark.parametrize("asked", ["0", "7", "-1", "1.5", "", "two"])
def test_a_slot_that_is_none_is_told(asked: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 6"):
        inside.study_begin(6, asked)


def test_pages_in_another_order_stop_the_experiment(opened: Opened) -> None:
    tables = tables_for(opened("identified_victim"), "lottery", 1)
    inside.study_begin(1, "1")
    inside.study_take_slot(tables.slots[0]["slot_pages"])
    turn = ("routine", "screen", "step", "first_of_trial", "place", "filling")
    with pytest.raises(ValueError, match=r"order of slots\.csv"):
        inside.study_turn(1, *(tables.screens[1][f"page_{name}"] for name in turn))


def test_slots_hold_the_allocation_list(opened: Opened) -> None:
    study = opened("parochial_vignettes")
    tables = tables_for(study, "dots", 12)
    planned = study.slots("dots")[:12]
    assert [row["slot_number"] for row in tables.slots] == list(range(1, 13))
    for row, slot in zip(tables.slots, planned, strict=True):
        assert {name: row[f"slot_{name}"] for name in slot.cells} == {
            name: said(str(level)) for name, level in slot.cells.items()
        }
        pages = [
            tables.screens[int(part.removeprefix("row"))]
            for part in inside.study_list(str(row["slot_pages"]))
        ]
        shown = [
            page["page_stimulus"]
            for page in pages
            if page["page_first_of_trial"] and page["page_step"] == "t|vignettes"
        ]
        wanted = next(
            [said(trial.stimulus) for trial in trials]
            for trials in slot.trials.values()
            if len(trials) == len(shown)
        )
        assert shown == wanted
    # Pages that slots share stand there once.
    assert len({tuple(page.items()) for page in tables.screens}) == len(tables.screens)


def test_psychopy_reads_the_tables_as_they_were_written(opened: Opened, tmp_path) -> None:
    from psychopy.data import importConditions

    tables = tables_for(opened("parochial_vignettes"), "paintings", 3)
    path = tmp_path / "screens.csv"
    path.write_text(table(tables.screens), encoding="utf-8-sig", newline="")
    wanted = [4, 0, 2, 2, len(tables.screens) - 1]
    read = importConditions(str(path), selection=wanted)
    assert [dict(row) for row in read] == [tables.screens[place] for place in wanted]


def test_cells_are_never_taken_for_something_else() -> None:
    texts = [
        "",
        "1,000",
        "None",
        "[1]",
        "=1+1",
        "May 2",
        "TRUE",
        'say "no"',
        "a\nb, c",
        "\\n",
        "$x",
    ]
    rows = [{"text": said(text), "number": place} for place, text in enumerate(texts)]
    read = list(csv.DictReader(io.StringIO(table(rows), newline="")))
    assert [row["text"].removeprefix("t|") for row in read] == [
        text.replace('say "no"', "say “no”") for text in texts
    ]
    assert all(row["text"].startswith("t|") for row in read)
    with pytest.raises(ExportError, match=r"'a\|b' holds"):
        listed(["a|b"])


def line_of(*screens: Screen) -> Timeline:
    """Return a timeline of some screens."""
    facts = ("study", "A study", "1", "0" * 16, "1", "mode", 1, "en", "ltr", {}, screens[-1].id)
    return Timeline(*facts, screens=screens)


CHOICE = Ask("a", options=(Option("x", "X"), Option("y", "Y")))
END = Screen("end", "read", "payment", "end", ends="complete")


@pytest.mark.parametrize(
    ("screen", "told"),
    [
        (
            Screen("q", "choose", "checks", "q", asks=(CHOICE,), after=(Rule("q0", "a", ("x",)),)),
            "leads back to 'q0'",
        ),
        (
            Screen("q", "choose", "checks", "q", asks=(CHOICE,), after=(Rule("end"), Rule("end"))),
            "has 2 rules",
        ),
        (
            Screen(
                "q",
                "rate",
                "trials",
                "q",
                asks=(Ask("a", options=tuple(Option(value, "x") for value in (1, 2, 3))),),
            ),
            "labelled ends",
        ),
        (
            Screen("q", "read", "trials", "q", content=(Block("text", "word " * 3000),)),
            "too long for one Builder page",
        ),
        (
            Screen(
                "q", "choose", "trials", "q", asks=(Ask("a", options=(Option("x", "long " * 60),)),)
            ),
            "too long for a Builder button",
        ),
    ],
)
def test_what_builder_cannot_show_is_refused(screen: Screen, told: str) -> None:
    first = Screen("q0", "read", "instructions", "q0")
    with pytest.raises(ExportError, match=told):
        pages_of(line_of(first, screen, END))


def test_a_long_text_gets_smaller_type() -> None:
    sizes = []
    for words in (20, 120, 260):
        screen = Screen("q", "read", "trials", "q", content=(Block("text", "words " * words),))
        sizes.append(pages_of(line_of(screen, END))[0]["page_size"])
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1]
