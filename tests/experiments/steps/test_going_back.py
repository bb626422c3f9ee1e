"""Where a Back button leads, and what is said where ``back`` can lead nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import going_back
import pytest
import small_study
import two_clubs

from compassion.checked import faults_beside
from experiments.files.faults import InvalidFileError
from experiments.screen import Screen
from experiments.study import Study, open_study


def screens(study: Study) -> dict[str, Screen]:
    return {each.id: each for each in study.timeline(study.slots("main")[0]).screens}


def test_where_each_button_leads(tmp_path: Path) -> None:
    study = going_back.write(tmp_path)
    assert study.faults_of_back == []
    assert {name: each.back for name, each in screens(study).items() if each.back} == {
        "step_3": ("step_2",),
        "tea": ("step_3",),
        # Only those who drink tea are asked which: Back passes it over for the others.
        "tea.which": ("tea",),
        "tea.often": ("tea.which", "tea"),
        **{f"people.{n}.compassion": (f"people.{n}",) for n in range(1, 5)},
        "step_7": ("gift",),
        "feelings5.1": ("step_7",),
        "feelings5.2": ("feelings5.1",),
        "feelings5.3": ("feelings5.2",),
        "demographics": ("feelings5.3",),
    }


def test_a_loop_goes_back_within_a_trial_only(tmp_path: Path) -> None:
    study = going_back.write(
        tmp_path,
        ("    rotate: group\n", "    rotate: group\n    back: yes\n    break: {every: 2, page: Rest.}\n"),
        ('Not at all, to: Very much}}\n        back: yes\n', "Not at all, to: Very much}}\n"),
    )  # fmt: skip
    found = {name: each.back for name, each in screens(study).items() if "people" in name}
    assert [name for name, back in found.items() if back] == [
        f"people.{n}.compassion" for n in range(1, 5)
    ]
    assert found["people.break.2"] == ()


def test_slots_with_other_orders_have_ways_of_their_own(tmp_path: Path) -> None:
    study = going_back.write(tmp_path)
    for slot in study.slots("main"):
        line = study.timeline(slot)
        for place, screen in enumerate(line.screens):
            assert all(line.index[each] < place for each in screen.back)


WITHOUT = re.sub(r"^ +back: yes\n", "", going_back.TEXT, flags=re.M)
WELCOME, READ = "  - page: Welcome.\n", "  - page: You will read of several people.\n"
BACK = "    back: yes\n"
TRIAL = WITHOUT[WITHOUT.index("    flow:\n") : WITHOUT.index("  - name: gift")]
NOWHERE = {
    "after the consent form": (
        (WELCOME, WELCOME + BACK),
        "the screen before is the consent form",
    ),
    "the last screen": (
        ("  - use: receipt\n    of: donation\n", "  - page: Goodbye.\n" + BACK),
        "this is the last screen of the session",
    ),
    "the consent form": (
        ("    about: people in need\n", "    about: people in need\n" + BACK),
        "this is the consent form",
    ),
    "one screen for each item": (
        (
            TRIAL,
            '    page: "One of {group}: {text}"\n'
            "    ask: {compassion: {rating: How much?, points: 7, from: No, to: Yes}}\n" + BACK,
        ),
        "the screen before is in another trial",
    ),
    "after a loop": (
        ("  - name: gift\n", "  - page: A page.\n    back: yes\n  - name: gift\n"),
        "the screen before is in another trial",
    ),
    "a time limit": (
        (READ, READ + "    time: {most: 60 s}\n" + BACK),
        "this screen ends by itself",
    ),
    "after a fixed time": (
        (WELCOME + READ, "  - {page: Welcome., time: 2 s}\n" + READ + BACK),
        "the screen before ends by itself",
    ),
    "after a question with a right answer": (
        (
            WELCOME + READ,
            "  - ask: {sum: {choice: Is 1 + 1 = 2?, options: yes_no, correct: yes}}\n"
            + READ
            + BACK,
        ),
        "the screen before asks a question with a right answer",
    ),
    "after a question that is explained": (
        (
            WELCOME + READ,
            "  - ask: {sum: {choice: Is 1 + 1 = 2?, options: yes_no, correct: yes, explain: It is., attempts: 2}}\n"
            + READ
            + BACK,
        ),
        "the screen before asks a question with a right answer",
    ),
    "after what can end the session": (
        (READ, "  - {when: consent.age > 90, end: Sorry.}\n" + READ + BACK),
        "the step before can end the session",
    ),
}


@pytest.mark.parametrize("case", NOWHERE)
def test_back_that_leads_nowhere_is_a_fault(tmp_path: Path, case: str) -> None:
    (old, new), why = NOWHERE[case]
    assert WITHOUT.count(old) == 1
    (tmp_path / "people.csv").write_text(small_study.PEOPLE, encoding="utf-8")
    path = tmp_path / "second_thoughts.yaml"
    path.write_text(WITHOUT.replace(old, new), encoding="utf-8")
    (fault,) = faults_beside(open_study(path))
    assert fault.found == f"there is nowhere to go back to: {why}"
    assert fault.file == str(path)
    assert fault.key.endswith("back")
    assert "back: yes" in path.read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert fault.remedy.startswith("Remove 'back'")


@pytest.mark.parametrize(
    "step",
    ['{show: "+", time: 1 s, back: yes}', "{wait: A rest., time: 5 s, back: yes}", "{end: Bye., back: yes}"],
)  # fmt: skip
def test_steps_without_a_button_have_no_such_key(tmp_path: Path, step: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        going_back.write(tmp_path, (WELCOME, f"  - {step}\n"))
    assert [fault.key.rpartition(".")[2] for fault in caught.value.faults] == ["back"]


def test_before_the_groups_are_known_nobody_goes_back(tmp_path: Path) -> None:
    welcome = ("  - page: Welcome.\n", "  - page: Welcome.\n  - {page: Hello., back: yes}\n")
    (fault,) = two_clubs.write(tmp_path, welcome).faults_of_back
    assert fault.found == "there is nowhere to go back to: the groups are not decided yet"


def test_a_way_back_does_not_lead_into_the_entry(tmp_path: Path) -> None:
    follow = '  - page: "You follow **{side}**. It was {cause}."\n'
    study = two_clubs.write(
        tmp_path, (follow, f"{follow}    back: yes\n  - {{page: Ready?, back: yes}}\n")
    )
    (fault,) = study.faults_of_back
    assert fault.found == "there is nowhere to go back to: no screen comes before it"
    assert [each.back for each in screens(study).values() if each.back] == [("step_4",)]
