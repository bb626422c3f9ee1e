"""The kinds of question (measure), with one file each.

To add a kind, add three files of the same name: one here, with one subclass of ``Measure``, one in
``experiments/lab/kinds`` that draws it in the lab, and one in ``experiments/online/player/kinds`` that draws it in the
browser; a test lists missing files. Everything else (the JSON schema, codebook, preregistration, previews, simulated
participants) is derived from the kind.
"""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from inspect import isclass
from operator import or_
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field

from experiments.measures.kind import Context, Measure, Numeric, Respondent

__all__ = [
    "KINDS",
    "AnyMeasure",
    "Context",
    "ItemKind",
    "Measure",
    "Numeric",
    "Respondent",
]


#: Modules in this folder that do not define a kind.
BASE = ("kind", "stakes")


def kind_in(module: ModuleType) -> type[Measure]:
    """Return the kind of question that a module of this folder defines.

    Raises
    ------
    ImportError
        If the module does not define exactly one subclass of ``Measure``, or its ``kind`` is not the name of the file.
    """
    name = module.__name__.rpartition(".")[2]
    file = f"experiments/measures/{name}.py"
    kinds = [
        each
        for each in vars(module).values()
        if isclass(each) and issubclass(each, Measure) and each.__module__ == module.__name__
    ]
    if len(kinds) != 1:
        names = " and ".join(each.__name__ for each in kinds) or "none"
        raise ImportError(
            f"{file} must define one subclass of Measure, the kind of question; found {names}."
        )
    (kind,) = kinds
    if get_args(kind.model_fields["kind"].annotation) != (name,):
        raise ImportError(
            f'The class {kind.__name__} in {file} must have the line `kind: Literal["{name}"]`, to match the name of the file.'
        )
    return kind


def _kinds() -> dict[str, type[Measure]]:
    names = [module.name for module in iter_modules(__path__)]
    return {
        name: kind_in(import_module(f"{__name__}.{name}")) for name in names if name not in BASE
    }


#: Name of each kind -> its class.
KINDS: dict[str, type[Measure]] = _kinds()

if TYPE_CHECKING:
    AnyMeasure = Measure
    ItemKind = str
else:
    AnyMeasure = Annotated[reduce(or_, KINDS.values()), Field(discriminator="kind")]
    #: Kinds that the items of an instrument can have.
    ItemKind = Literal[tuple(n for n, kind in KINDS.items() if kind.numeric and not kind.divides)]
