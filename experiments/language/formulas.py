"""Formulas of models: ``compassion and distress ~ group * severity + (1 | participant)``.

``and`` joins outcomes, each of which has a model of its own. The predictors are names with ``+``, ``*`` and ``:``;
random terms are written as in lme4 (Bates, Maechler, Bolker & Walker, 2015), with ``||`` and ``0 +``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations

from experiments.language.phrases import Phrase, PhraseError, distinct

Term = tuple[str, ...]
"""An effect: one name, or the names of an interaction."""

MAX_CROSSED = 8
"""Greatest number of predictors that ``*`` joins; 8 have 255 effects."""

_FUNCTION = "Compute it under 'columns', such as 'n: log(victims)', and write its name here."
REMEDIES = {
    **dict.fromkeys(("=", "==", "is", "<"), "Write '~' between outcome and predictors."),
    "|": "Write a random term in brackets: (1 | participant).",
    "||": "Write a random term in brackets: (1 | participant).",
    "-": "Write the terms that are in the model; none can be taken away.",
    "/": "Write both terms: a + a:b.",
    **dict.fromkeys(("^", "**"), "Write the terms: a * b has a, b and a:b."),
    ",": "Write '+' between predictors, 'and' between outcomes.",
    "and": "Write '+' between predictors; 'and' joins outcomes.",
    "(": _FUNCTION,
    ")": "",
    "~": "Write '~' once: OUTCOME ~ PREDICTORS.",
}


@dataclass(frozen=True)
class Product:
    """Names joined by ``:`` (an interaction), and these joined by ``*`` (all effects of them)."""

    crossed: tuple[Term, ...]

    @property
    def effects(self) -> tuple[Term, ...]:
        """The effects, those of fewer names first: ``a * b`` has ``a``, ``b`` and ``a:b``."""
        sizes = range(1, len(self.crossed) + 1)
        chosen = chain.from_iterable(combinations(self.crossed, size) for size in sizes)
        return _each_once([distinct(sum(terms, ())) for terms in chosen])

    def __str__(self) -> str:
        return " * ".join(":".join(term) for term in self.crossed)


@dataclass(frozen=True)
class RandomTerm:
    """``(1 | unit)``, or ``(x + y | unit)`` with an intercept and slopes.

    ``(0 + x | unit)`` has no intercept; the effects of ``(x || unit)`` vary independently of each other.
    """

    slopes: tuple[Product, ...]
    unit: Term
    intercept: bool = True
    independent: bool = False

    @property
    def effects(self) -> tuple[Term, ...]:
        """The effects that vary over the unit, besides the intercept."""
        return _in_order(self.slopes)

    def __str__(self) -> str:
        slopes = _sum(self.slopes) if self.intercept else f"0 + {_sum(self.slopes)}"
        return f"({slopes} {'||' if self.independent else '|'} {':'.join(self.unit)})"


@dataclass(frozen=True)
class Formula:
    """Outcomes, predictors and random terms, as they were written."""

    outcomes: tuple[str, ...]
    products: tuple[Product, ...]
    random: tuple[RandomTerm, ...] = ()

    @property
    def effects(self) -> tuple[Term, ...]:
        """The fixed effects besides the intercept, each once, those of fewer names first."""
        return _in_order(self.products)

    @property
    def predictors(self) -> tuple[str, ...]:
        """The names among the fixed effects, each once."""
        return distinct([name for effect in self.effects for name in effect])

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the formula, each once."""
        slopes = [name for term in self.random for effect in term.effects for name in effect]
        units = [name for term in self.random for name in term.unit]
        return distinct([*self.outcomes, *self.predictors, *slopes, *units])

    def __str__(self) -> str:
        right = " + ".join([_sum(self.products), *map(str, self.random)])
        return f"{' and '.join(self.outcomes)} ~ {right}"


def parse_formula(text: str) -> Formula:
    """Read a formula.

    >>> formula = parse_formula("pity ~ cause * severity + (1 | participant)")
    >>> formula.effects
    (('cause',), ('severity',), ('cause', 'severity'))

    Raises
    ------
    PhraseError
        If it is no formula.
    """
    phrase = Phrase(text, REMEDIES)
    outcomes = _outcomes(phrase)
    products: list[Product] = []
    random: list[RandomTerm] = []
    while True:
        if phrase.next.text == "(":
            random.append(_random_term(phrase))
        elif phrase.next.text == "1" and phrase.ahead(1).text in {"|", "||"}:
            found = "found a random term without brackets"
            raise PhraseError(found, REMEDIES["|"], phrase.next.start)
        else:
            if random:
                raise phrase.error("Write the random terms last.")
            products += _summand(phrase, "Write a predictor, or 1 if there is none.")
        if not phrase.accept("+"):
            break
    phrase.finish("Write '+', '*' or ':' between two names.")
    formula = Formula(outcomes, tuple(products), tuple(random))
    for name in outcomes:
        if name in formula.predictors:
            remedy = "Write it on one side of '~' only."
            raise PhraseError(f"found '{name}' as outcome and predictor", remedy)
    return formula


def _outcomes(phrase: Phrase) -> tuple[str, ...]:
    if phrase.next.text == "~":
        remedy = "Write the outcome first: OUTCOME ~ PREDICTORS."
        raise PhraseError("found nothing before '~'", remedy, phrase.next.start)
    outcomes = [phrase.name("Write the outcome first: OUTCOME ~ PREDICTORS.")]
    while phrase.accept("and"):
        outcomes.append(phrase.name("Write the name of an outcome after 'and'."))
        if outcomes[-1] in outcomes[:-1]:
            found = f"found the outcome '{outcomes[-1]}' twice"
            raise PhraseError(found, "Write each outcome once.", phrase.last.start)
    token = phrase.next
    if token.text in {"+", ","}:
        remedy = "Write 'and' between outcomes; each has a model of its own."
        raise PhraseError(f"found '{token.text}' after an outcome", remedy, token.start)
    phrase.expect("~", f"Write '~' after the outcome: {' and '.join(outcomes)} ~ PREDICTORS.")
    return tuple(outcomes)


def _summand(phrase: Phrase, remedy: str) -> list[Product]:
    """Read what is between two ``+``; the intercept, ``1``, is no product."""
    token = phrase.next
    if token.kind == "number":
        if token.text == "1":
            phrase.take()
            return []
        remedy = "Leave it out: the intercept is always in the model."
        if token.text != "0":
            remedy = "Write a name; a number is no predictor."
        raise phrase.error(remedy)
    crossed = [_term(phrase, remedy)]
    while phrase.accept("*"):
        crossed.append(_term(phrase, "Write a name after '*'."))
    if len(crossed) > MAX_CROSSED:
        found = f"found {len(crossed)} predictors joined by '*'"
        raise PhraseError(found, f"Join at most {MAX_CROSSED}.", token.start)
    return [Product(tuple(crossed))]


def _term(phrase: Phrase, remedy: str) -> Term:
    names = [phrase.name(remedy)]
    if phrase.next.text == "(":
        found = f"found '{names[0]}(...)'"
        raise PhraseError(found, _FUNCTION, phrase.last.start)
    while phrase.accept(":"):
        names.append(phrase.name("Write a name after ':'."))
    return tuple(names)


def _random_term(phrase: Phrase) -> RandomTerm:
    phrase.take()
    varying = "Write 1, or the predictors whose effects vary: (x | participant)."
    if phrase.next.text in {"|", "||"}:
        found = f"found nothing before '{phrase.next.text}'"
        raise PhraseError(found, varying, phrase.next.start)
    intercept = not phrase.accept("0")
    slopes = _summand(phrase, "Write 1 or a name: (1 | participant).") if intercept else []
    if not intercept and phrase.next.text != "+":
        raise PhraseError("found '0' alone", varying, phrase.last.start)
    while phrase.accept("+"):
        if phrase.next.text in {"0", "1"}:
            raise phrase.error(f"Write it first: ({phrase.next.text} + x | participant).")
        slopes += _summand(phrase, "Write a name after '+'.")
    if phrase.next.text in {")", "*", ":"}:
        remedy = "Only random terms have brackets: (1 | participant). Write the terms out."
        raise PhraseError("found brackets without '|'", remedy, phrase.next.start)
    if phrase.next.text == "||" and len(slopes) + intercept < 2:
        remedy = "Write '|': nothing else varies that it could be independent of."
        raise PhraseError("found '||'", remedy, phrase.next.start)
    independent = bool(phrase.accept("||"))
    if not independent:
        phrase.expect("|", "Write '|' and the unit: (1 | participant).")
    unit = _term(phrase, "Write the unit after '|': (1 | participant).")
    if phrase.next.text == "/":
        remedy = f"Write both terms: (1 | {unit[0]}) + (1 | {unit[0]}:b)."
        raise PhraseError("found '/' in a random term", remedy, phrase.next.start)
    phrase.expect(")", "Close the random term with ')'.")
    return RandomTerm(tuple(slopes), unit, intercept, independent)


def _sum(products: tuple[Product, ...]) -> str:
    return " + ".join(map(str, products)) or "1"


def _in_order(products: tuple[Product, ...]) -> tuple[Term, ...]:
    effects = [effect for product in products for effect in product.effects]
    return tuple(sorted(_each_once(effects), key=len))


def _each_once(effects: list[Term]) -> tuple[Term, ...]:
    """Leave out effects of the same names in another order; the first remains."""
    kept: dict[frozenset[str], Term] = {}
    for effect in effects:
        kept.setdefault(frozenset(effect), effect)
    return tuple(kept.values())
