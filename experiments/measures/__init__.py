"""The kinds of question (measure), with one file each.

To add a kind, add a file here, one of the same name in ``experiments/lab/kinds`` that draws it in the lab, and one
in ``experiments/online/player/kinds`` that draws it in the browser; a test lists missing files. Everything else
(the JSON schema, codebook, preregistration, previews, simulated participants) is derived from the kind.
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
        module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)
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
