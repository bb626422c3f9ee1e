"""Both: code of Code components, said in Python and in JavaScript; neither is translated from the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from textwrap import indent


@dataclass(frozen=True)
class Both:
    """The same in both languages."""

    python: str
    javascript: str

    def __str__(self) -> str:
        """Refuse to be put into one of the languages by accident."""
        raise TypeError("say .python or .javascript")


def same(expression: str) -> Both:
    """Return an expression that reads alike in both, such as a call with plain arguments."""
    return Both(expression, expression)


def call(expression: str) -> Both:
    """Return a call as a statement."""
    return Both(expression, f"{expression};")


def text(words: str) -> Both:
    """Return a text as a literal."""
    return Both(repr(words), json.dumps(words, ensure_ascii=False))


def there(value: str) -> Both:
    """Return the condition that a value is there."""
    return Both(f"({value}) is not None", f"({value} !== null && {value} !== undefined)")


def either(first: Both, second: Both) -> Both:
    """Return the condition that one of two holds."""
    return Both(
        f"({first.python} or {second.python})", f"({first.javascript} || {second.javascript})"
    )


def when(condition: Both, then: Both, otherwise: Both | None = None) -> Both:
    """Return a statement that is run if a condition holds."""
    python = f"if {condition.python}:\n{indent(then.python, '    ')}"
    javascript = f"if ({condition.javascript}) {{\n{indent(then.javascript, '  ')}\n}}"
    if otherwise is not None:
        python += f"\nelse:\n{indent(otherwise.python, '    ')}"
        javascript += f" else {{\n{indent(otherwise.javascript, '  ')}\n}}"
    return Both(python, javascript)


def together(*statements: Both) -> Both:
    """Return statements one after the other."""
    return Both(
        "\n".join(each.python for each in statements),
        "\n".join(each.javascript for each in statements),
    )


END = Both("continueRoutine = False", "continueRoutine = false;")


@dataclass
class Tabs:
    """The tabs of one Code component, filled statement by statement."""

    before_experiment: list[Both] = field(default_factory=list)
    begin_experiment: list[Both] = field(default_factory=list)
    begin_routine: list[Both] = field(default_factory=list)
    each_frame: list[Both] = field(default_factory=list)
    end_routine: list[Both] = field(default_factory=list)

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the component, by Builder's names."""
        found = {"Code Type": "Both"}
        for name, statements in vars(self).items():
            if statements:
                when_, what = (word.capitalize() for word in name.split("_"))
                code = together(*statements)
                found[f"{when_} {what}"] = code.python
                found[f"{when_} JS {what}"] = code.javascript
        return found
