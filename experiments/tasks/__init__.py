"""The tasks: one file each, found by its name. A new task is a new file here, whose class is a ``Step``.

The union of a protocol's steps, the JSON schema, the table in ``docs/protocols.md`` and the help of
``compassion new`` come from these files.
"""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from inspect import getdoc, isclass
from operator import or_
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, get_args

from pydantic import Field

from experiments.tasks.step import Step


def _found() -> dict[str, type[Step]]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return {
        name: made
        for module in modules
        for made in vars(module).values()
        if isclass(made) and issubclass(made, Step) and made.__module__ == module.__name__
        for name in get_args(made.model_fields["task"].annotation)
    }


#: Name of each task -> its class.
TASKS: dict[str, type[Step]] = _found()

if TYPE_CHECKING:
    AnyStep = Step
else:
    AnyStep = Annotated[reduce(or_, TASKS.values()), Field(discriminator="task")]


def sentence(name: str) -> str:
    """Return what a task does: the first line of its class."""
    return (getdoc(TASKS[name]) or "").split("\n")[0]
