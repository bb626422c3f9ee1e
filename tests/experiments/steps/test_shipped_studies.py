"""The shipped studies: what each condition shows, and what is allocated by chance.

``tests/before/test_timelines.py`` compares their screens with those of the first edition.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from experiments.places import shipped_folder
from experiments.protocol.slots import AllocationList
from experiments.screen import Screen
from experiments.study import Study, open_study
from experiments.timeline.timeline import Timeline

STUDIES = sorted(path.stem for path in shipped_folder("protocols").glob("*.yaml"))
STIMULI = shipped_folder("stimuli")


@cache
def study_of(name: str) -> Study:
    return open_study(shipped_folder("protocols") / f"{name}.yaml")


def line(name: str, mode: str, **cells: str) -> Timeline:
    """Return the timeline of the first slot with these cells."""
    study = study_of(name)
    slot = next(slot for slot in study.slots(mode) if cells.items() <= slot.cells.items())
    return study.timeline(slot)


def words(screen: Screen) -> str:
    return " ".join(block.text for block in screen.content)


def beginning(timeline: Timeline, name: str) -> list[Screen]:
    """Return the screens of a step, without explanations."""
    return [screen for screen in timeline.screens if screen.id.split(".")[0] == name]


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_has_at_most_150_lines(name: str) -> None:
    text = (shipped_folder("protocols") / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=study.schema.json\n")
    assert len(text.splitlines()) <= 150


@pytest.mark.parametrize("name", STUDIES)
def test_every_cell_of_every_mode_has_screens_and_an_end(name: str) -> None:
    study = study_of(name)
    for mode in study.modes:
        slots = study.first_slots(mode)
        assert len(slots) == len({tuple(slot.levels.items()) for slot in slots})
        for slot in slots:
            shown = study.timeline(slot)
            assert len([screen for screen in shown.screens if screen.ends == "complete"]) == 1
            if study.stakes(mode).endowment:
                assert shown.screens[shown.index["receipt"]].ends == "complete"
            assert shown.exit == "debriefing"
            assert len(shown.index) == len(shown.screens)
            assert {rule.go for screen in shown.screens for rule in screen.after} <= set(
                shown.index
            )
            assert {
                ask.address for screen in shown.screens for ask in screen.asks
            } <= study.names.measures.keys()


def test_consent_states_version_and_hash_of_the_form() -> None:
    study = study_of("identified_victim")
    slot = study.slots("real")[0]
    first, hebrew = (study.timeline(slot, language).screens[0] for language in ("en", "he"))
    assert first.stimulus.startswith("consent@1.0#")
    assert hebrew.stimulus != first.stimulus
    assert first.asks[0].required


@pytest.mark.parametrize(
    ("victim", "pictures", "digits"),
    [("identified", 1, False), ("statistical", 0, True), ("joint", 1, True)],
)
def test_letters_hold_what_their_condition_says(victim: str, pictures: int, digits: bool) -> None:
    letter, _ = beginning(line("identified_victim", "real", victim=victim), "appeal")
    shown = [image for block in letter.content for image in block.images]
    assert len(shown) == pictures
    assert all((STIMULI / image["src"]).is_file() and image["alt"] for image in shown)
    assert any(char.isdigit() for char in words(letter)) == digits


@pytest.mark.parametrize("victims", ["1", "2", "8", "100", "10000", "800000"])
def test_appeals_differ_in_the_number_alone(victims: str) -> None:
    shown = beginning(line("compassion_collapse", "between", victims=victims), "appeals")
    appeals = [screen for screen in shown if screen.kind == "read"]
    assert len(appeals) == 3
    for screen in appeals:
        assert words(screen).count(f"{int(victims):,} child") == 1
        assert screen.cells == {"victims": int(victims)}
        assert not any(block.images for block in screen.content)


@pytest.mark.parametrize(("team", "name"), [("lark", "Larks"), ("wren", "Wrens")])
@pytest.mark.parametrize("mode", ["dots", "paintings"])
def test_the_group_follows_from_the_slot_and_not_from_the_answers(
    mode: str, team: str, name: str
) -> None:
    timeline = line("parochial_vignettes", mode, team=team)
    feedback = timeline.screens[timeline.index["groups.feedback"]]
    assert f"You are one of the **{name}**" in words(feedback)
    assert feedback.given == ()
    assert not any(rule.go == feedback.id for screen in timeline.screens for rule in screen.after)
    assert timeline.screens[timeline.index["remembered"]].asks[0].correct == team


def test_dots_are_looked_at_and_then_estimated() -> None:
    trials = [s for s in beginning(line("parochial_vignettes", "dots"), "groups") if s.trial]
    assert [screen.kind for screen in trials] == ["look", "write"] * 8
    assert all(screen.duration == 1.5 for screen in trials if screen.kind == "look")


def test_paintings_are_chosen_by_their_side() -> None:
    trials = [s for s in beginning(line("parochial_vignettes", "paintings"), "groups") if s.trial]
    assert len(trials) == 12
    for screen in trials:
        assert [option.value for option in screen.asks[0].options] == ["left", "right"]
        assert all((STIMULI / option.image).is_file() for option in screen.asks[0].options)


def test_each_vignette_names_its_group_once() -> None:
    phrases = {
        "in": "a member of your group",
        "out": "a member of the other group",
        "none": "a person who belongs to neither group",
    }
    shown = beginning(line("parochial_vignettes", "dots"), "vignettes")
    texts = [screen for screen in shown if screen.kind == "read" and screen.phase == "trials"]
    groups = Counter((screen.cells or {})["group"] for screen in texts)
    assert groups == {"in": 5, "out": 5, "none": 5}
    for screen in texts:
        for group, phrase in phrases.items():
            assert words(screen).count(phrase) == (group == (screen.cells or {})["group"])


def test_dictator_games_have_a_recipient_of_each_group() -> None:
    shown = beginning(line("parochial_vignettes", "dots"), "dictator")
    asking = [screen for screen in shown if screen.asks]
    assert {(screen.cells or {})["group"] for screen in asking} == {"in", "out", "none"}
    assert all(screen.asks[0].high == 10 for screen in asking)


def test_the_receipt_follows_stakes_and_draw() -> None:
    study = study_of("identified_victim")
    for mode in study.modes:
        for slot in study.slots(mode)[:60]:
            shown = study.timeline(slot)
            receipt = shown.screens[shown.index["receipt"]]
            expected = {
                "real": "pays you what you keep",
                "hypothetical": "the money was imaginary",
                "lottery": "You have been drawn"
                if slot.draws["implemented"]
                else "were **not** among",
            }
            assert expected[mode] in words(receipt)


def test_the_decision_that_counts_is_one_of_the_trials_and_balanced() -> None:
    study = study_of("compassion_collapse")
    counted: Counter[str] = Counter()
    for slot in study.slots("between")[:300]:
        shown = study.timeline(slot)
        counted[shown.screens[shown.index["receipt"]].fills[0].screen] += 1
    assert set(counted) == {f"appeals.{number}.donation" for number in (1, 2, 3)}
    # Each has probability 1/3: 99.9 % of draws of 300 lie within 74 and 128.
    assert all(74 <= times <= 128 for times in counted.values())


@pytest.mark.parametrize("name", STUDIES)
def test_every_block_holds_each_cell_equally_often(name: str) -> None:
    study = study_of(name)
    for mode in study.modes:
        slots = study.slots(mode)
        cells = len(AllocationList(study.opened, mode, "").cells)
        size = cells * study.file.sample.block
        assert len(slots) % size == 0
        for start in range(0, len(slots), size):
            block = slots[start : start + size]
            assert len({(slot.block, tuple(slot.answered.items())) for slot in block}) == 1
            counts = Counter(tuple(slot.cells.items()) for slot in block)
            assert (len(counts), set(counts.values())) == (cells, {study.file.sample.block})


@pytest.mark.parametrize("name", STUDIES)
def test_the_first_slot_of_each_cell_is_that_of_the_whole_list(name: str) -> None:
    study = study_of(name)
    for mode in study.modes:
        first: dict[object, object] = {}
        for slot in study.slots(mode):
            first.setdefault(tuple(sorted(slot.levels.items())), slot)
        assert study.first_slots(mode) == list(first.values())


def trials_of(name: str, slot: object, loop: str) -> list:
    """Return the trials of a loop without practice."""
    (key,) = (
        ".".join(map(str, each.key)) for each in study_of(name).names.loops if each.name == loop
    )
    return [trial for trial in slot.trials[key] if not trial.practice]


def test_each_vignette_meets_each_group_equally_often() -> None:
    name = "parochial_vignettes"
    cell = [slot for slot in study_of(name).slots("dots") if slot.cells == {"team": "lark"}]
    met = Counter(
        (trial.item, trial.cells["group"])
        for slot in cell[:48]
        for trial in trials_of(name, slot, "vignettes")
    )
    assert len(met) == 48
    assert set(met.values()) == {15}
    for slot in cell:
        groups = Counter(trial.cells["group"] for trial in trials_of(name, slot, "vignettes"))
        assert set(groups.values()) == {5}


@pytest.mark.parametrize(("mode", "expected"), [("between", 3), ("within", 12)])
def test_each_appeal_meets_each_number_equally_often(mode: str, expected: int) -> None:
    name = "compassion_collapse"
    met: Counter[tuple[str, str]] = Counter()
    for slot in study_of(name).slots(mode):
        trials = trials_of(name, slot, "appeals")
        assert len({trial.item for trial in trials}) == expected
        met.update((trial.item, {**slot.cells, **trial.cells}["victims"]) for trial in trials)
    assert len(met) == 16 * 6
    assert max(met.values()) - min(met.values()) <= max(met.values()) * 0.05


def test_the_order_of_trials_differs_between_slots() -> None:
    name = "parochial_vignettes"
    orders = {
        tuple(trial.item for trial in trials_of(name, slot, "vignettes"))
        for slot in study_of(name).slots("dots")[:40]
    }
    assert len(orders) == 40


def test_the_lottery_pays_about_its_share() -> None:
    slots = study_of("identified_victim").slots("lottery")
    drawn = sum(slot.draws["implemented"] for slot in slots)
    # 99.9% interval of a binomial with 1,314 draws at .1
    assert 97 <= drawn <= 167


def test_modes_draw_apart() -> None:
    study = study_of("identified_victim")
    real, lottery = ([slot.cells for slot in study.slots(mode)] for mode in ("real", "lottery"))
    assert real != lottery
