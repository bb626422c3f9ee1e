"""All faults of a study at once: sections, steps, questions, items, files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments.places import shipped_folder
from experiments.protocol.check import read_study

NAMES = sorted(
    path.stem
    for path in shipped_folder("protocols").glob("**/*.yaml")
    if path.parent.name != "parts"
)
END = "  - page: Thank you."
FLOW = "flow:\n"


@pytest.mark.parametrize("name", NAMES)
def test_the_drafts_have_no_faults(drafts: Path, name: str):
    assert read_study(drafts / f"{name}.yaml").study.study == name


def test_the_small_study_has_no_faults(desk):
    assert desk.faults(desk.small()) == []


def test_all_faults_are_found_at_once(desk):
    text = desk.small(
        ("points: 7", "points: seven"),
        ("sample:", "sampel:"),
        ("    rotate: group", "    rotat: group"),
    )
    assert [fault.line for fault in desk.faults(text)] == [1, 10, 13, 17]


def test_faults_of_names_parts_and_files_are_found_together(desk):
    text = desk.small(
        ("each: people.csv", "each: peopel.csv"), ("outcome: compassion", "outcome: pity"),
        (END, "  - use: consnt"), ("page: Welcome.", 'page: "Welcome {you}"'),
    )  # fmt: skip
    assert [fault.line for fault in desk.faults(text)] == [7, 9, 14, 15]


@pytest.mark.parametrize(
    ("changes", "key", "found"),
    [
        ([(FLOW, "sessions: {one: {}}\nflow:\n")], "sessions.one", "the flow has no steps of the session 'one'"),
        ([(FLOW, "modes: {a: {within: [caus]}}\nflow:\n")], "modes.a.within[0]", "'caus' is no between-factor"),
        ([(FLOW, "modes: {a: {paid: everyone}}\nflow:\n")], "modes.a.paid", "somebody is paid, but there are no stakes"),
        ([(FLOW, "stakes: {endowment: 5 USD}\nflow:\n")], "stakes", "it is not said who is paid"),
        ([(FLOW, "stakes: {endowment: 5 USD, step: 2 USD, paid: nobody}\nflow:\n")], "stakes.step", "5 USD cannot be divided into steps of 2 USD"),
        ([(FLOW, "stakes: {endowment: 5 USD, step: 1 EUR, paid: nobody}\nflow:\n")], "stakes.step", "5 USD cannot be divided into steps of 1 EUR"),
        ([("[own, chance]", "[own, own]")], "factors.between.cause", "found the level 'own' twice"),
        ([("[own, chance]", "[own, else]")], "factors.between.cause", "'else' cannot be a level"),
        ([("[own, chance]", "[own, by chance]")], "factors.between.cause", "found 'by chance', which cannot be a level"),
        ([("[own, chance]", "[own, -chance]")], "factors.between.cause", "found '-chance', which cannot be a level"),
        ([("[own, chance]", "[own, 1-2]")], "factors.between.cause", "found '1-2', which cannot be a level"),
        ([("[own, chance]", "[own, {chance: by chance}]")], "factors.between.cause", "found keys or a list among the levels"),
        ([("[own, chance]", "[own]")], "factors.between.cause", ""),
        ([("    rotate: group\n", "    rotate: group\n    order: randm\n")], "flow[1].order", "found 'randm'"),
        ([("    rotate: group\n", "    rotate: group\n    order: blocks of sevrity\n")], "flow[1].order", "'sevrity' is no column of the items and no factor"),
        ([("    rotate: group\n", "    rotate: group\n    where: sevrity = mild\n")], "flow[1].where", "'sevrity' is no column of the items and no factor"),
        ([("    rotate: group\n", "    rotate: group\n    where: severity = mid\n")], "flow[1].where", "no item has severity = mid"),
        ([("    rotate: group\n", "    rotate: group\n    practice: {where: item = z}\n")], "flow[1].practice.where", "no item has item = z"),
        ([("    rotate: group\n", "    rotate: group\n    variant: one\n")], "flow[1].variant", "the items of 'people.csv' have one text each"),
        ([(END, "  - {name: nothing, each: people.csv, cross: group}")], "flow[2]", "the loop shows nothing"),
        ([(END, "  - {name: both, each: people.csv, cross: group, page: A, flow: [{page: B}]}")], "flow[2]", "the loop has steps of its own ('flow') and also 'page' or 'ask'"),
        ([(END, "  - {name: outer, each: people.csv, cross: group, flow: [{each: people.csv, page: B}]}")], "flow[2].flow[0]", "the loop over 'people.csv' is within another loop"),
        ([(END, "  - {page: A, picture: portraits/portrait_99}")], "flow[2].picture", "the set 'portraits' has no picture 'portrait_99'"),
        ([(END, '  - page: "{file: long.md}"')], "flow[2].page", "there is no file 'long.md' beside the study or in stimuli/"),
        ([(END, "  - scale: feelings")], "flow[2].scale", "there is no instrument 'feelings'"),
        ([(END, "  - {minimal_group: dots, of: cause}")], "flow[2].of", "'cause' is no counterbalanced factor"),
        ([(END, "  - {use: receipt, of: compassion}")], "flow[2].flow[0].pay", "'compassion' is a rating, which is no amount"),
        ([(END, "  - {use: receipt, of: donation}")], "flow[2].flow[0].pay", "'donation' is no question of the study"),
        ([(END, "  - ask: {felt: {dial: How?, from: Low, to: High}}")], "flow[2].ask.felt", "the screen of a dial ends by itself, and it is not said when"),
        ([(END, "  - {time: {least: 5 s}, ask: {felt: {dial: How?, from: Low, to: High}}}")], "flow[2].ask.felt", "the screen of a dial ends by itself, and it is not said when"),
        ([(END, "  - {time: 11 min, ask: {felt: {dial: How?, from: Low, to: High}}}")], "flow[2].time", "a dial is shown for 11 min"),
        ([(END, "  - {time: 9 s, ask: {felt: {dial: How?, from: Low, to: High, required: yes}}}")], "flow[2].ask.felt.required", "the screen of a dial ends by itself, so that no answer can be required"),
        ([(END, "  - show: {lft: A}")], "flow[2].show.picture", ""),
    ],
)  # fmt: skip
def test_faults_of_sections_and_steps(desk, changes, key, found):
    faults = desk.faults(desk.small(*changes))
    assert found in [fault.found for fault in faults] or any(
        found in fault.found for fault in faults
    )
    assert all(fault.line > 1 and fault.remedy for fault in faults)
    if found:
        assert any(fault.key == key for fault in faults), faults


CHOICE = "{choice: Well?, options: {a: A, b: B}"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (CHOICE + ", correct: c}", "the correct answer 'c' is none of the options"),
        (
            CHOICE + ", correct: {by: cause, own: a, chance: c}}",
            "the correct answer 'c' is none of the options",
        ),
        (CHOICE + ", explain: Because.}", "'explain' needs a correct answer"),
        (
            "{text: Why?, characters: {least: 90, most: 60}}",
            "the smallest (90) is not below the largest (60)",
        ),
        (CHOICE + ", attempts: 2}", "'attempts' needs a correct answer"),
        (
            CHOICE + ", correct: a, local: yes}",
            "the answer stays on the device, so that nobody knows whether it is correct",
        ),
        ("{price_list: Which?, amounts: [5, 5]}", "an amount is there twice"),
        ("{price_list: Which?, amounts: [5, 6], currency: Dollar}", "found 'Dollar'"),
        (
            "{price_list: Which?, amounts: {by: cause, own: [5, 6], chance: [6, 7]}}",
            "the lists have different amounts",
        ),
        ("{choices: Which?, options: yes_no, least: 3}", "there are only 2 options"),
        (
            "{choices: Which?, options: yes_no, least: 2, most: 1}",
            "the smallest number (2) is above the largest (1)",
        ),
        (
            "{choices: Which?, options: {a: A, none: Nothing}, none: None of these}",
            "there is an option 'none' already",
        ),
        (
            "{choices: Which?, options: {a: A, b: Not these}, none: Not these}",
            "'b' and 'none' have the same words: Not these",
        ),
        (
            "{ranking: Which?, options: {time: Time, b: B}}",
            "'time' is what every answer of the kind 'ranking' has",
        ),
        ("{allocation: How?, of: 10, boxes: {a: A}}", "there is one box"),
        ("{allocation: How?, of: 10, boxes: {a: A, b: B}, keep: I keep}", "there are boxes too"),
        ("{allocation: How?, of: 10, step: 3}", "10 cannot be divided into steps of 3"),
        ("{allocation: How much?}", "it is not said what is divided: the study has no stakes"),
        ("{number: How many?, least: 5, most: 2}", "the smallest (5) is not below the largest (2)"),
        ("{slider: How?, least: 5, most: 5}", "the smallest (5) is not below the largest (5)"),
        (
            "{slider: How?, step: 7}",
            "the range from 0 to 100 is no whole number of steps of 7",
        ),
        (
            "{slider: How?, most: 1000000}",
            "found 1,000,000 steps from 0 to 1,000,000",
        ),
        ("{rating: How?, points: 5, labels: {5: much}}", "found a label for 5"),
        (
            "{rating: I feel, items: {calm: calm}, scores: {ease: [clam]}}",
            "there is no item 'clam'",
        ),
        ("{choice: Well?, options: yes_or_no}", "there is no shared list of options 'yes_or_no'"),
    ],
)
def test_faults_of_questions(desk, question, found):
    fault = desk.fault(desk.small((END, f"  - ask: {{told: {question}}}")))
    assert fault.found == found
    assert fault.line == 14


@pytest.mark.parametrize(
    ("term", "family", "found"),
    [
        (
            "(1 | nobody)",
            "gaussian",
            "'nobody' in (1 | nobody) is no unit of the rows of 'compassion'",
        ),
        ("(gruop | item)", "gaussian", "'gruop' in (gruop | item) is no predictor of the formula"),
        (
            "(1 + group || item)",
            "tobit",
            "(group || item) can be fitted in a gaussian model only, and this one is tobit",
        ),
        (
            "(0 + group | item)",
            "binomial",
            "(0 + group | item) can be fitted in a gaussian model only, and this one is binomial",
        ),
    ],
)
def test_faults_of_random_terms(desk, term, family, found):
    model = f"{{formula: compassion ~ group + {term}, family: {family}}}"
    text = re.sub("(?m)^analysis: .*$", f"analysis: {model}", desk.small())
    fault = desk.fault(text)
    assert fault.found == found
    assert fault.key.endswith("formula")


def test_terms_without_correlation_or_intercept_are_accepted_in_gaussian_models(desk):
    terms = "(1 + group || item) + (0 + group | participant)"
    text = re.sub("(?m)^analysis: .*$", f"analysis: compassion ~ group + {terms}", desk.small())
    assert desk.faults(text) == []


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("{participants: [compassion wrong]}", "'compassion' has no correct answer"),
        (
            "{participants: [well = no]}",
            "'well' is asked after the treatment, which may have changed it",
        ),
        ("{trials: [compasion > 3]}", "there is no measure, column or factor 'compasion'"),
    ],
)
def test_faults_of_exclusions(desk, rule, found):
    treated = (END, '  - {page: "A {cause}"}\n  - ask: {well: {choice: Well?, options: yes_no}}')
    text = desk.small(treated, ("sample:", f"exclude: {rule}\nsample:"))
    assert found in [fault.found for fault in desk.faults(text)]


def test_an_exclusion_after_the_treatment_says_why(desk):
    treated = (END, '  - {page: "A {cause}"}\n  - ask: {well: {choice: Well?, options: yes_no}}')
    rule = "exclude: {participants: [well = no], because: It is the manipulation check.}\nsample:"
    assert desk.faults(desk.small(treated, ("sample:", rule))) == []
    missing = "exclude: {participants: [well missing]}\nsample:"
    assert desk.faults(desk.small(treated, ("sample:", missing))) == []


def test_a_study_without_sessions_whose_flow_has_names(desk):
    text = desk.small().replace("flow:\n", "flow:\n main:\n")
    fault = desk.fault(text)
    assert fault.remedy == "Add 'sessions: {main: {}}', or write the steps as a list."


def test_a_series_of_sessions_has_an_interval_and_a_number(desk):
    fault = desk.faults(desk.small((FLOW, "sessions: {one: {times: 3}}\nflow:\n")))[0]
    assert fault.found == "found only one of every and times"


def test_an_instrument_that_is_missing_is_reported_once(desk):
    text = desk.small(
        (END, "  - scale: eqr"),
        ("hypothesis:", "columns: {high: log(eqr.reappraisal)}\nhypothesis:"),
    )
    assert desk.fault(text).found == "there is no instrument 'eqr'"


def test_a_variant_names_a_text_of_the_items(desk):
    desk.write("people.csv", "item,text.ours,text.theirs\na,A,B\nb,C,D\n")
    assert (
        desk.faults(
            desk.small(("    rotate: group\n", "    rotate: group\n    variant: {by: group}\n"))
        )
        == []
    )
    wrong = desk.small(
        (
            "    rotate: group\n",
            "    rotate: group\n    variant: {by: group, ours: ours, theirs: thers}\n",
        )
    )
    assert (desk.fault(wrong).key, desk.fault(wrong).remedy) == (
        "flow[1].variant.theirs",
        "Did you mean 'theirs'?",
    )
    faults = desk.faults(
        desk.small(("    rotate: group\n", "    rotate: group\n    variant: {by: cause}\n"))
    )
    assert [fault.found.rpartition(" ")[2] for fault in faults] == ["'own'", "'chance'"]


def test_an_instrument_of_several_scores_is_no_outcome(desk):
    text = desk.small(
        (END, "  - scale: iri"),
        ("outcome: compassion", "outcome: iri.fantasy"),
        ("claim: ours > theirs", "claim: own > chance"),
        ("analysis: compassion ~ group", "analysis: iri.fantasy and iri ~ cause"),
    )
    fault = desk.fault(text)
    assert fault.key == "analysis"
    assert fault.found == "the instrument 'iri' has several scores and no total"
    assert fault.remedy.startswith("Name one: iri.fantasy, iri.")


@pytest.mark.parametrize(
    ("change", "key", "found", "remedy"),
    [
        (("title:", "languages: [en, de]\ntitle:"), "languages", "this key is unknown here", "`compassion translate STUDY de` makes one"),
        (("title:", "language: [en, de]\ntitle:"), "language", "found several languages", "'language: en'"),
        (("[ours, theirs]", "[שלנו, theirs]"), "factors.within.group", "found 'שלנו', which cannot be a level", "Use the letters a-z"),
        (("claim: ours > theirs", "claim: ours > theirs, smallest_effect: 0.3"), "hypothesis.smallest_effect", "found '0.3' alone", "{d: 0.3, because: WHY NO SMALLER EFFECT MATTERS}"),
        (("claim: ours > theirs", "claim: ours > theirs, smallest_effect: small"), "hypothesis.smallest_effect", "found 'small' alone", "{d: 0.2, because: WHY NO SMALLER EFFECT MATTERS}"),
        (("{participants: 60}", "60"), "sample", "found '60'", "Write keys with values; the keys are participants, per_cell, dropout"),
        (("sample:", "exclude: [compassion < 2]\nsample:"), "exclude", "found a list (compassion < 2)", "the keys are participants, trials, sensitivity, because."),
        (("hypothesis: {outcome: compassion, claim: ours > theirs}", "hypothesis: ours > theirs"), "hypothesis", "found 'ours > theirs'", "the keys are outcome, claim"),
        (("title:", "language: German\ntitle:"), "language", "found 'German'", "Use a code such as he, de or pt-BR."),
        (("[ours, theirs]", "[ours]"), "factors.within.group", "found only ours", "List at least 2."),
        (("[ours, theirs]", "{ours: Us}"), "factors.within.group", "found only ours", "List at least 2."),
        (("- page: Thank you.", "- ask: {ill: {choice: Ill?, options: {yes: Very}}}"), "flow[2].ask.ill.options", "found only yes", "List at least 2."),
        (("- page: Thank you.", "- ask: {ill: {choice: Ill?, options: [Always, Not now]}}"), "flow[2].ask.ill.options", "found a list (Always, Not now)", "{always: Always, not_now: Not now}"),
        (("each: people.csv", "each: people.txt"), "flow[1].each", "'people.txt' is no conditions file: these end in .csv or .tsv or .xlsx", "Did you mean 'people.csv'?"),
        (("each: people.csv", "each: persons.docx"), "flow[1].each", "'persons.docx' is no conditions file: these end in .csv or .tsv or .xlsx", "Save the table as a CSV file"),
        (("each: people.csv", "each: pictures"), "flow[1].each", "there is no factor, stimulus set or file 'pictures'", "Allowed here: group, "),
    ],
)  # fmt: skip
def test_a_mistake_is_told_what_to_write(desk, change, key, found, remedy):
    """Also where the file of another kind exists, and a folder is no stimulus set."""
    desk.write("people.txt", "A is ill")
    desk.write("pictures/a.txt", "no set")
    fault = desk.fault(desk.small(change))
    assert (fault.key, fault.found) == (key, found)
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ([("- page: Thank you.", "- use: atention")], "flow[2].use"),
        ([("- page: Thank you.", "- use: atention\n  - {when: attention missing, page: A}")], "flow[2].use"),
        ([("Thank you.", "{by: cause, own: A, chanse: B}")], "flow[2].page.chanse"),
        ([("analysis:", "columns: {compassion: mean(compassion)}\nanalysis:")], "flow[1].ask.compassion"),
        ([("analysis:", "columns: {group: log(compassion), more: mean(compassion where group = ours)}\nanalysis:")], "columns.group"),
    ],
)  # fmt: skip
def test_what_follows_from_a_mistake_is_no_mistake_of_its_own(desk, changes, key):
    exclude = ("sample:", "exclude: {sensitivity: [attention wrong]}\nsample:")
    attention = (
        [("- page: Welcome.", "- use: attention")] if "atention" not in changes[0][1] else []
    )
    fault = desk.fault(desk.small(exclude, *attention, *changes))
    assert fault.key == key


def test_a_question_under_the_key_of_another_is_the_only_mistake(desk):
    second = "compassion: {slider: Distress?, from: None, to: Much}\n  - page: Thank you."
    study = desk.small(
        ("  - page: Thank you.", f"      {second}"), ("~ group", "~ group * distress")
    )
    assert "the key occurs twice" in desk.fault(study).found


def test_another_misspelt_name_is_found_beside_a_faulty_step(desk):
    study = desk.small(("- page: Thank you.", "- use: atention"), ("compassion ~", "compasion ~"))
    assert [each.remedy for each in desk.faults(study)][-1] == "Did you mean 'compassion'?"


def test_a_misspelt_level_of_a_column_is_one_mistake(desk):
    desk.write("people.csv", "item,text,group\na,A,ours\nb,B,thiers\n")
    fault = desk.fault(desk.small(("    rotate: group\n", "")))
    assert fault.remedy == "Did you mean 'theirs'?"
