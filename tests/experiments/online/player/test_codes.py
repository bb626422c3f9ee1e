"""The browser makes participant codes by Python's rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from experiments.codes import ALPHABET, DRAWN_OF_SESSION, check_character, is_participant

SCRIPT = """
const { checkCharacter, newParticipant, newSession } = await player("codes.js");
const repeated = (make) => Array.from({ length: 500 }, () => make());
const main = (drawn) => ({
  checks: drawn.map(checkCharacter), codes: repeated(newParticipant), sessions: repeated(newSession),
});
"""


def test_the_codes_are_those_of_python(run_js: Callable[[str, Any], Any]) -> None:
    drawn = [a * 4 + b + c * 5 for a in ALPHABET for b in ALPHABET for c in ALPHABET]
    made = run_js(SCRIPT, drawn)
    assert made["checks"] == [check_character(each) for each in drawn]
    assert all(map(is_participant, made["codes"]))
    assert len(set(made["codes"])) == len(set(made["sessions"])) == 500
    assert set("".join(made["sessions"])) == set(ALPHABET)
    assert {len(session) for session in made["sessions"]} == {DRAWN_OF_SESSION}
