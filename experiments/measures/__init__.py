"""The kinds of question: one file each, found by its name.

A new kind is a file here, a drawer of the same name in ``experiments/lab/kinds`` and one in
``experiments/online/player/kinds``; a test names what is missing. Everything else (the union of a protocol's
measures, the JSON schema, codebook, preregistration, previews, simulated participants) asks the kind.
"""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from inspect import isclass
from operator import or_
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from experiments.measures.kind import Context, Measure, Numeric, Range, Respondent

__all__ = [
    "KINDS",
    "AnyMeasure",
    "Context",
    "ItemKind",
    "Measure",
    "Numeric",
    "Range",
    "Respondent",
]


def _found() -> dict[str, type[Measure]]:
    modules = {
        each.name: import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)
    }
    found = {name: getattr(module, name.title(), None) for name, module in modules.items()}
    return {
        name: kind for name, kind in found.items() if isclass(kind) and issubclass(kind, Measure)
    }


#: Name of each kind -> its class.
KINDS: dict[str, type[Measure]] = _found()

if TYPE_CHECKING:
    AnyMeasure = Measure
    ItemKind = str
else:
    AnyMeasure = Annotated[reduce(or_, KINDS.values()), Field(discriminator="kind")]
    #: Kinds that the items of an instrument can have.
    ItemKind = Literal[tuple(n for n, kind in KINDS.items() if kind.numeric and not kind.divides)]
