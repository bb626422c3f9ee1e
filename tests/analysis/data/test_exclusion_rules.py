"""Every exclusion rule that a protocol can declare has a sentence, and a function of its name that applies it."""

from __future__ import annotations

from types import ModuleType

import pytest

from analysis.data import exclusion_rules
from experiments.protocol.exclusions import RULES

EXAMPLES = {"failed_checks": {"checks": ["money_check"]}, "too_fast": {"fraction": 0.25}}


def missing(evaluators: ModuleType) -> list[str]:
    """Return the rules that no function applies."""
    return [
        f"the rule '{name}' has no function in analysis/data/exclusion_rules.py"
        for name in RULES
        if not callable(getattr(evaluators, name, None))
    ]


def test_every_rule_is_carried_out():
    assert missing(exclusion_rules) == []


@pytest.mark.parametrize("name", RULES)
def test_a_rule_that_nothing_carries_out_is_named(name):
    others = ModuleType("evaluators")
    vars(others).update({n: f for n, f in vars(exclusion_rules).items() if n != name})
    assert missing(others) == [
        f"the rule '{name}' has no function in analysis/data/exclusion_rules.py"
    ]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_words_and_a_title(name):
    rule = RULES[name].model_validate({"rule": name, **EXAMPLES.get(name, {})})
    assert "{" not in rule.words()
    assert rule.title
    again = rule.model_copy(update={"sensitivity_only": True})
    assert again.words() == f"{rule.words()} (sensitivity analysis only)"


def test_the_words_say_what_the_protocol_states():
    fast = RULES["too_fast"].model_validate({"rule": "too_fast", "fraction": 0.25})
    assert fast.words() == "the session took less than 25% of the median time"
    checks = {"rule": "failed_checks", "checks": ["money_check", "attention"]}
    failed = RULES["failed_checks"].model_validate(checks)
    assert failed.words() == "all of these checks were failed: money check, attention"
    assert failed.needs("gift") == failed.before_treatment() == ("money_check", "attention")
