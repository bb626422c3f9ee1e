"""The tasks, with one file each. To add a task, add a file with a subclass of ``Step``.

The steps that a protocol can have, the JSON schema and the output of ``compassion new`` are generated from these
files; a test compares the table in ``docs/protocols.md`` with them.
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


def _tasks() -> dict[str, type[Step]]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return {
        name: step
        for module in modules
        for step in vars(module).values()
        if isclass(step) and issubclass(step, Step) and step.__module__ == module.__name__
        for name in get_args(step.model_fields["task"].annotation)
    }


#: Name of each task -> its class.
TASKS: dict[str, type[Step]] = _tasks()

if TYPE_CHECKING:
    AnyStep = Step
else:
    AnyStep = Annotated[reduce(or_, TASKS.values()), Field(discriminator="task")]


def sentence(name: str) -> str:
    """Return the one-sentence description of a task: the first line of its class's docstring."""
    return (getdoc(TASKS[name]) or "").split("\n")[0]
