"""The tasks: the screens that each makes for a slot."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from experiments.files.reading import InvalidFileError
from experiments.measures import KINDS
from experiments.places import CHECKOUT, shipped_folder
from experiments.protocol.protocol import Protocol
from experiments.screen import Screen
from experiments.study import Study, open_study
from experiments.tasks import TASKS, sentence
from experiments.tasks.presenting import Pictures, Variant
from experiments.timeline.timeline import Timeline


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    names = ("identified_victim", "compassion_collapse", "parochial_vignettes")
    return {name: open_study(shipped_folder("protocols") / f"{name}.yaml") for name in names}


def line(study: Study, mode: str, **cells: str | int) -> Timeline:
    slot = next(slot for slot in study.slots(mode) if cells.items() <= slot.cells.items())
    return study.timeline(slot)


def words(screen: Screen) -> str:
    return " ".join(block.text for block in screen.content)


def of_task(timeline: Timeline, task: str) -> list[Screen]:
    return [screen for screen in timeline.screens if screen.task == task]


def test_consent_states_version_and_hash_of_the_form(studies):
    first = line(studies["identified_victim"], "real").screens[0]
    assert first.stimulus.startswith("consent@1.0#")
    hebrew = studies["identified_victim"].timeline(
        studies["identified_victim"].slots("real")[0], "he"
    )
    assert hebrew.screens[0].stimulus != first.stimulus
    assert first.asks[0].required


@pytest.mark.parametrize(
    ("victim", "pictures", "digits"),
    [("identified", 1, False), ("statistical", 0, True), ("joint", 1, True)],
)
def test_letters_hold_what_their_condition_says(studies, victim, pictures, digits):
    letter = next(
        iter(of_task(line(studies["identified_victim"], "real", victim=victim), "donation"))
    )
    shown = [image for block in letter.content for image in block.images]
    assert len(shown) == pictures
    assert all(
        (shipped_folder("stimuli") / image["src"]).is_file() and image["alt"] for image in shown
    )
    assert any(char.isdigit() for char in words(letter)) == digits


@pytest.mark.parametrize("victims", [1, 2, 8, 100, 10000, 800000])
def test_appeals_differ_in_the_number_alone(studies, victims):
    screens = [
        s
        for s in of_task(
            line(studies["compassion_collapse"], "between", victims=victims), "donation"
        )
        if s.kind == "read"
    ]
    assert len(screens) == 3
    for screen in screens:
        assert words(screen).count(f"{victims:,} child") == 1
        assert screen.cells == {"victims": victims}
        assert not any(block.images for block in screen.content)


def test_the_picture_rules():
    cells = {"victims": 100, "victim": "joint"}
    assert Pictures(rule="none").number(cells) == 0
    assert Pictures(rule="one").number(cells) == 1
    assert Pictures(rule="count", by="victims").number(cells) == 8
    assert Pictures(rule="count", by="victims").number({"victims": 2}) == 2
    assert Pictures(rule="one", only={"victim": ("identified",)}).number(cells) == 0


def test_variants_fall_back():
    variant = Variant(by="victims", names={1: "one", 2: "two"}, otherwise="many")
    assert [variant.of(level) for level in (1, 2, 8)] == ["one", "two", "many"]
    assert Variant(by="victim").of("joint") == "joint"


def test_the_group_follows_from_the_slot_and_not_from_the_answers(studies):
    for team, name in (("lark", "Larks"), ("wren", "Wrens")):
        for mode in ("dots", "paintings"):
            timeline = line(studies["parochial_vignettes"], mode, team=team)
            feedback = next(s for s in timeline.screens if s.id.endswith(".feedback"))
            assert f"You are one of the **{name}**" in words(feedback)
            assert not any(
                rule.go == feedback.id for screen in timeline.screens for rule in screen.after
            )
            check = next(s for s in timeline.screens if s.id == "manipulation.group_check")
            assert check.asks[0].correct == team


def test_dots_are_looked_at_and_then_estimated(studies):
    screens = [
        s for s in of_task(line(studies["parochial_vignettes"], "dots"), "minimal_group") if s.trial
    ]
    assert [screen.kind for screen in screens] == ["look", "write"] * 8
    assert all(screen.duration == 1.5 for screen in screens if screen.kind == "look")


def test_paintings_are_chosen_by_their_side(studies):
    screens = [
        s
        for s in of_task(line(studies["parochial_vignettes"], "paintings"), "minimal_group")
        if s.trial
    ]
    assert len(screens) == 12
    for screen in screens:
        assert [option.value for option in screen.asks[0].options] == ["left", "right"]
        assert all(
            (shipped_folder("stimuli") / option.image).is_file()
            for option in screen.asks[0].options
        )


def test_each_vignette_names_its_group_once(studies):
    phrases = {
        "in": "a member of your group",
        "out": "a member of the other group",
        "none": "a person who belongs to neither group",
    }
    screens = [
        s
        for s in of_task(line(studies["parochial_vignettes"], "dots"), "vignette")
        if s.kind == "read" and s.phase == "trials"
    ]
    assert Counter(screen.cells["group"] for screen in screens) == {"in": 5, "out": 5, "none": 5}
    for screen in screens:
        for group, phrase in phrases.items():
            assert words(screen).count(phrase) == (group == screen.cells["group"])


def test_dictator_games_have_a_recipient_of_each_group(studies):
    screens = of_task(line(studies["parochial_vignettes"], "dots"), "dictator")
    assert {screen.cells["group"] for screen in screens} == {"in", "out", "none"}
    assert all(screen.asks[0].high == 10 for screen in screens)


def test_the_receipt_follows_stakes_and_draw(studies):
    study = studies["identified_victim"]
    for mode in study.protocol.modes:
        for slot in study.slots(mode)[:60]:
            receipt = next(s for s in study.timeline(slot).screens if s.ends == "complete")
            drawn = slot.draws.get("implemented")
            expected = {
                None: {
                    "real": "pays you what you keep",
                    "hypothetical": "the money was imaginary",
                }.get(mode),
                True: "You have been drawn",
                False: "were **not** among",
            }
            assert expected[drawn] in words(receipt)


def test_the_decision_that_counts_is_one_of_the_trials_and_balanced(studies):
    study = studies["compassion_collapse"]
    counted = Counter(
        next(s for s in study.timeline(slot).screens if s.ends == "complete").fills[0].screen
        for slot in study.slots("between")[:300]
    )
    assert set(counted) == {f"appeals.{number}.donation" for number in (1, 2, 3)}
    # each has probability 1/3: 99.9% of draws of 300 lie within 74 and 128
    assert all(74 <= count <= 128 for count in counted.values())


def test_every_task_says_what_its_own_measures_mean(studies):
    def asked(protocol: Protocol) -> set[str]:
        return set(protocol.measures) | {m for step in protocol.flow for m in step.own_measures()}

    for study in studies.values():
        for mode in study.protocol.modes:
            for screen in line(study, mode).screens:
                for ask in screen.asks:
                    scale = ask.measure.split(".")[0]
                    assert ask.measure in asked(study.protocol) or scale in study.scales


def test_every_file_is_the_task_of_its_name():
    files = {file.stem for file in (CHECKOUT / "experiments" / "tasks").glob("*.py")}
    assert files - {"__init__", "presenting", "step"} == set(TASKS)


def test_the_table_of_tasks_in_the_docs_is_the_one_of_the_classes():
    docs = (CHECKOUT / "docs" / "protocols.md").read_text(encoding="utf-8")
    table = "".join(f"| `{name}` | {sentence(name)} |\n" for name in TASKS)
    assert table in docs, f"put this into docs/protocols.md:\n{table}"
    (row,) = re.findall(r"^\| `measures` \|.*$", docs, flags=re.MULTILINE)
    missing = [kind for kind in KINDS if f"`{kind}`" not in row]
    assert not missing, f"put {', '.join(missing)} into the row `measures` of docs/protocols.md"


def test_a_task_without_its_stimuli_or_factor_is_a_fault(tmp_path):
    text = (shipped_folder("protocols") / "parochial_vignettes.yaml").read_text(encoding="utf-8")
    for old, new, found in (
        ("stimuli: recipients", "stimuli: recipient", "Did you mean 'recipients'?"),
        ("tag: group", "tag: grup", "Did you mean 'group'?"),
        ("recipient: {in: recipient_in, ", "recipient: {", "recipient: the level 'in' is missing"),
        ("sufferer: {in: sufferer_in, ", "sufferer: {", "sufferer: the level 'in' is missing"),
        ("feedback: {lark: feedback_dots_lark, ", "feedback: {", "the level 'lark' is missing"),
    ):
        assert old in text
        file = tmp_path / "study.yaml"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InvalidFileError, match=re.escape(found)):
            open_study(file)
