"""Cells of conditions files on the screens: what is in braces is filled, in every cell of the design and every language."""

from __future__ import annotations

import pytest
from step_desk import Desk

from experiments.study import Study, open_study

LEVELS = ", within: {whose: {ours: one of us, theirs: one of them}, loss: [small, big]}"
ITEMS = "".join(f"p{n},{{who}} lost {n}.,{('small', 'big')[n % 2]},Ann {n}\n" for n in range(1, 5))


def texts(study: Study, language: str | None = None) -> dict[tuple[str, ...], str]:
    """Return the text of every trial of eight slots: item and levels -> what participants read."""
    found = {}
    for slot in study.slots(study.mode(), 8)[:8]:
        for screen in study.timeline(slot, language).screens:
            if screen.trial is not None:
                cells = {name: str(level) for name, level in (screen.cells or {}).items()}
                key = (screen.stimulus, cells["group"], cells["whose"], cells["loss"])
                found[key] = screen.content[0].text
    return found


def loop(fill: str, page: str = '"{text}"', columns: str = "") -> str:
    return f"  - {{each: things.csv, rotate: whose, {columns}fill: {fill}, page: {page}}}"


@pytest.fixture
def things(desk: Desk) -> Desk:
    (desk.folder / "things.csv").write_text(f"item,text,loss,name\n{ITEMS}", encoding="utf-8")
    return desk


@pytest.mark.parametrize(
    ("fill", "ours", "theirs"),
    [
        ("{who: This person}", "This person", "This person"),
        ("{who: {by: whose, ours: A friend, theirs: A stranger}}", "A friend", "A stranger"),
        ('{who: "{whose}"}', "one of us", "one of them"),
        ('{who: "{name}, {whose},"}', "Ann {n}, one of us,", "Ann {n}, one of them,"),
    ],
)
def test_every_cell_of_the_design_has_its_words(
    things: Desk, fill: str, ours: str, theirs: str
) -> None:
    found = texts(things.study(loop(fill), factors=LEVELS))
    assert {key[1:] for key in found} == {
        (group, whose, loss)
        for group in ("us", "them")
        for whose in ("ours", "theirs")
        for loss in ("small", "big")
    }
    for (item, _, whose, _), text in found.items():
        words = {"ours": ours, "theirs": theirs}[whose].replace("{n}", item[1])
        assert text == f"{words} lost {item[1]}."


def test_a_factor_a_column_and_an_answer_stand_in_a_cell_without_fill(things: Desk) -> None:
    rows = "".join(
        f'p{n},"{{whose}}, {{name}}, {{loss}}, {{group}}, {{{{n}}}}",{loss},Ann {n},{{tone}}!\n'
        for n, loss in enumerate(("small", "big") * 2, start=1)
    )
    path = things.folder / "things.csv"
    path.write_text(f"ID,text,loss,name,end\n{rows}".replace("ID", "item"), encoding="utf-8")
    flow = """
  - ask: {tone: {choice: "How?", options: {loud: loudly, soft: softly}}}
  - {each: things.csv, rotate: whose, page: "{text} {end}"}
"""
    study = things.study(flow, factors=LEVELS)
    found = texts(study)
    assert found["p2", "us", "ours", "big"] == "one of us, Ann 2, big, us, {n} [[tone]]!"
    screens = study.timeline(study.slots(study.mode())[0]).screens
    assert [fill.name for fill in screens[1].fills] == ["tone"]


def test_a_column_under_another_name_and_in_a_question_is_filled(things: Desk) -> None:
    flow = """
  - each: things.csv
    rotate: whose
    columns: {story: text}
    fill: {who: "{whose}"}
    page: "Read: {story}"
    ask: {liking: {rating: "{story} How sad?", from: "{who}", to: Very}}
"""
    (screen, *_) = [each for each in things.screens(flow, factors=LEVELS) if each.stimulus == "p2"]
    words = {"ours": "one of us", "theirs": "one of them"}[str((screen.cells or {})["whose"])]
    assert screen.content[0].text == f"Read: {words} lost 2."
    assert screen.asks[0].prompt == f"{words} lost 2. How sad?"
    assert screen.asks[0].options[0].label == words


def test_cells_are_filled_in_the_language_of_the_session(things: Desk) -> None:
    things.study(loop("{who: 'The person, {whose},'}"), factors=LEVELS)
    words = {
        "A small study": "Studie", "The person, {whose},": "Die Person, {whose},",
        "one of us": "von uns", "one of them": "von ihnen", "How much?": "Wie viel?",
        "Little": "Wenig", "Much": "Viel", "us": "wir", "them": "sie",
        **{f"{{who}} lost {n}.": f"{n} hat {{who}} verloren." for n in range(1, 5)},
    }  # fmt: skip
    entries = "".join(f'\nmsgid "{one}"\nmsgstr "{other}"\n' for one, other in words.items())
    (things.folder / "small.de.po").write_text(
        f'msgid ""\nmsgstr "Language: de\\n"\n{entries}', encoding="utf-8"
    )
    study = open_study(things.folder / "small.yaml")
    assert study.language("de") == "de"
    found = texts(study, "de")
    assert found["p1", "us", "ours", "big"] == "1 hat Die Person, von uns, verloren."
    assert found["p1", "us", "theirs", "big"] == "1 hat Die Person, von ihnen, verloren."


def test_the_number_of_the_trial_is_put_into_texts(desk: Desk) -> None:
    study = desk.study('  - {each: people.csv, page: "{trial}: {text}"}')
    for slot in study.slots(study.mode(), 4)[:4]:
        shown = [each.content[0].text for each in study.timeline(slot).screens if each.trial]
        assert [text[0] for text in shown] == ["1", "2", "3", "4"]


def test_names_in_a_file_are_filled(desk: Desk) -> None:
    (desk.folder / "end.md").write_text("Write to {contact}.", encoding="utf-8")
    (screen,) = desk.screens('  - page: "{file: end.md}"', more="values: {contact: Ann}")
    assert screen.content[0].text == "Write to Ann."
