"""Names as the page writes them, and the verdict in plain words."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from analysis.curves.compare.comparison import verdict_words
from analysis.curves.compare.rule import Reason
from analysis.report import in_brief, page
from analysis.report.wording import condition, term


def test_terms_and_conditions_have_the_words_of_the_study(results):
    given = results.study.factors.model_copy(
        update={
            "between": {"victim": {"statistical": "statistics", "joint": None}},
            "counterbalanced": {"team": {"lark": "the {bird}", "wren": "Wrens"}},
        }
    )
    study = results.study.model_copy(update={"factors": given})
    assert term("victim[statistical]", study) == "victim: statistics"
    assert term("victim[statistical]:x", study) == "victim: statistics × x"
    assert condition("victim = joint, team = lark", study) == "victim: joint, team: lark"
    assert condition("victim = joint, team = wren", study) == "victim: joint, team: Wrens"


def test_every_reason_has_a_sentence(results):
    verdict = results.modes[0].comparison.verdict
    for code in get_args(Reason):
        assert len(str(verdict_words().reason(code, verdict))) > 15, code


def test_where_nothing_could_be_compared_there_is_no_verdict(results):
    result = results.modes[0]
    failed = replace(result, comparisons=(replace(result.comparison, verdict=None, failed="Why."),))
    assert in_brief(failed).startswith("No verdict. Why. The primary contrast ")
    assert failed.comparison.answer == ""
    html = page(replace(results, modes=(failed,)))
    assert '<p class="headline">No verdict</p>' in html
    assert "The claim could not be tested. Why." in html


@pytest.mark.usefixtures("same_figures")
def test_simulated_verdicts_make_no_claim_about_people(results, collected):
    assert "nothing about real participants" in page(results)
    plain = page(collected)
    assert "nothing about real participants" not in plain
    assert "human" not in plain
