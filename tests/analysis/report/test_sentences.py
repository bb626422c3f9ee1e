"""Names as the page writes them, and the verdict in plain words."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from analysis.curves.compare.verdict import Reason
from analysis.report import in_brief, page
from analysis.report.filters import templates
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


def rendered(results, failed="", specified=None, **verdict):
    """Headline and paragraphs of the verdict."""
    result = results.modes[0]
    comparison = replace(
        result.comparison,
        failed=failed,
        specified=result.comparison.specified if specified is None else specified,
        verdict=replace(result.comparison.verdict, **verdict),
    )
    result = replace(result, comparisons=(comparison,))
    template = templates().get_template("report/verdict.html.j2").module
    labels = {"M5e": "then a floor of .10", "M4e": "kept for any number above one"}
    paragraphs = ""
    if not comparison.failed:
        paragraphs = template.comparison(result, comparison, results.study)
        paragraphs += template.size(result, comparison, results.study)
        if len(comparison.specified):
            paragraphs += template.claim(comparison, labels)
    return str(template.headline(comparison)), str(paragraphs)


def test_best_supported_undetermined_and_no_verdict(results):
    top, words = rendered(results, family="decay_to_floor")
    assert top == "Decay to floor is best supported"
    assert "is not contradicted by the means" in words
    top, words = rendered(results, family=None, reasons=("bic_weight", "no_equivalence"))
    assert top == "Undetermined"
    assert "its BIC weight is below .90; and the absence of a difference is not shown" in words
    assert "400 participants per cell were planned" in words
    assert rendered(results, failed="Nobody answered.")[0] == "No verdict"


def test_every_reason_has_a_sentence(results):
    verdict = results.modes[0].comparison.verdict
    template = templates().get_template("curves/compare/reasons.j2").module
    for code in get_args(Reason):
        assert len(str(template.reason(code, verdict))) > 20, code


def test_the_sentence_says_what_is_ruled_out_and_what_is_not(results):
    result = results.modes[0]
    verdict = replace(
        result.comparison.verdict, family=None, leader="step", reasons=("aicc_weight",),
        remaining=("step", "falling_log"), excluded=("flat",), equivalent_to_flat=False,
    )  # fmt: skip
    comparison = replace(result.comparison, verdict=verdict, sesoi=0.5)
    sentence = in_brief(replace(result, comparisons=(comparison,)))
    assert sentence.startswith("Undetermined. The leading family is step (BIC weight ")
    assert "but its AICc weight is below .50; not ruled out: step, falling log" in sentence
    assert "ruled out: no difference by number; equivalence within 0.500 is not shown." in sentence
    failed = replace(result, comparisons=(replace(comparison, failed="Why."),))
    assert in_brief(failed) == "Undetermined. Why."


def test_fate_of_the_claim(results):
    table = pd.DataFrame(
        {
            "curve": ["M5e essay_floor_10", "flat", "M4e essay_floor_48", "flat"],
            "check": ["M5e", "M5e", "M4e", "M4e"],
            "p": [0.4, 0.3, 0.2, 0.3],
            "scale": [1.0, np.nan, -1.0, np.nan],
        }
    )
    _, words = rendered(results, specified=table)
    assert "then a floor of .10” is compatible with the means (p\u00a0=\u00a0.400)" in words
    assert "kept for any number above one” fits the means only if it is reversed" in words
    assert "A flat line is compatible with them as well (p\u00a0=\u00a0.300)" in words
    assert "cannot distinguish it from the claim" in words
    _, words = rendered(results, specified=table.assign(p=[0.01, 0.3, 0.2, 0.3]))
    assert "A flat line is compatible with them (p\u00a0=\u00a0.300)." in words
    assert "from the claim" not in words


@pytest.mark.usefixtures("same_figures")
def test_simulated_verdicts_make_no_claim_about_people(results, collected):
    assert "nothing about real participants" in page(results)
    plain = page(collected)
    assert "nothing about real participants" not in plain
    assert "human" not in plain
