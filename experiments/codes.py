"""Participant codes: an alphabet that spells no words and has no look-alikes, and a check character.

A participant who withdraws, or an experimenter who resumes a session, types a code by hand. The check character shows
that a character was mistyped or that two were swapped, before another participant's data are touched. Codes that
were not made here (``p01``, codes of version 0.1.0, recruitment IDs) have no check character and are used as they are.

The browser makes codes by the same rule where no server does it (``player/codes.js``).

References
----------
Verhoeff, J. (1969). *Error detecting decimal codes* (Mathematical Centre Tracts 29): weighted sums modulo a prime.
"""

from __future__ import annotations

import secrets

#: No vowels (nor 3 and 4, which are read as E and A), nothing that looks like another character (0 o, 1 i l, 2 z, 5 s,
#: 6 8 b, 9 g q, m n, u v), no f and k. Their number is a prime, which the check character needs.
ALPHABET = "256789cdhjmprtvwx"
#: A primitive root modulo 17: no two of up to 16 characters have the same weight.
BASE = 3
#: Every participant code begins with it.
PREFIX = "p"
#: Characters of a participant code that are drawn. There are 17^10 = 2.0e12 codes: that two of 10,000 participants
#: have the same code has a probability of 2.5e-5.
DRAWN = 10
#: Characters of a session code that are drawn: 17^20 = 4.1e24, so that nobody can guess a session.
DRAWN_OF_SESSION = 20


def new_participant() -> str:
    """Return a random participant code: ``p``, ten characters that are drawn, and their check character."""
    drawn = _draw(DRAWN)
    return f"{PREFIX}{drawn}{check_character(drawn)}"


def new_session() -> str:
    """Return a random session code, which nobody types."""
    return _draw(DRAWN_OF_SESSION)


def _draw(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def check_character(drawn: str) -> str:
    """Return the character that makes the weighted sum of a code a multiple of 17.

    The last character of a code has the weight 1, the one before it 3, the one before that 9, and so on (modulo 17).
    A wrong character changes the sum by a weight times a difference, two swapped characters by a difference of weights
    times a difference of characters; as 17 is a prime, neither is a multiple of 17.

    >>> check_character("2222222222")
    '2'
    >>> check_character("c5hm72xw9d")
    't'
    """
    total = 0
    for character in drawn:
        total = (total + ALPHABET.index(character)) * BASE % len(ALPHABET)
    return ALPHABET[-total % len(ALPHABET)]


def is_participant(code: str) -> bool:
    """Return whether a text is a participant code with the right check character."""
    drawn, check = code[len(PREFIX) : -1], code[-1:]
    return (
        code.startswith(PREFIX)
        and len(drawn) == DRAWN
        and all(character in ALPHABET for character in drawn)
        and check == check_character(drawn)
    )


def as_typed(typed: str) -> str:
    """Return the code that was typed: our codes also in upper case and with blanks or hyphens, others unchanged.

    >>> as_typed("PC5HM-72XW9-DT")
    'pc5hm72xw9dt'
    >>> as_typed("Anna 2")
    'Anna 2'
    """
    plain = typed.lower().replace(" ", "").replace("-", "")
    return plain if is_participant(plain) else typed


def mistyped(typed: str) -> str:
    """Return a sentence if a text is one of our codes with a typing error; '' for any other text.

    It is taken for one of our codes if it has the prefix, the length, a letter and, but for one, only our characters.

    >>> mistyped("pc5hm72xw9dd")
    "'pc5hm72xw9dd' is mistyped: its last character does not fit the others. Compare it with the code as it was given."
    >>> mistyped("participant1")
    ''
    """
    plain = typed.lower().replace(" ", "").replace("-", "")
    foreign = sorted(set(plain[len(PREFIX) :]) - set(ALPHABET))
    known = sum(character in ALPHABET for character in plain[len(PREFIX) :])
    if (
        not plain.startswith(PREFIX)
        or len(plain) != len(PREFIX) + DRAWN + 1
        or known < DRAWN
        or plain[len(PREFIX) :].isdigit()
        or is_participant(plain)
    ):
        return ""
    why = (
        f"no code contains '{foreign[0]}'"
        if foreign
        else "its last character does not fit the others"
    )
    return f"'{typed}' is mistyped: {why}. Compare it with the code as it was given."
