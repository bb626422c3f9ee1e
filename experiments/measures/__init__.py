"""The kinds of screen with questions, with one file each: possible answers, their duration, how simulated people answer.

``experiments/questions`` has what a study file says of a question, such as ``rating`` or ``slider``; each of these is
shown by a screen of one of the kinds here (``experiments/steps/asking``).

To add a kind, add three files of the same name: one here, with one subclass of ``Kind``, one in
``experiments/lab/kinds`` that draws it in the lab, and one in ``experiments/online/player/kinds`` that draws it in the
browser; a test lists missing files.
"""

from __future__ import annotations

from importlib import import_module
from inspect import isclass
from pkgutil import iter_modules
from types import ModuleType

from experiments.measures.kind import Kind, Numeric, Respondent

__all__ = ["KINDS", "Kind", "Numeric", "Respondent"]

#: Modules in this folder that do not define a kind.
BASE = ("kind",)


def kind_in(module: ModuleType) -> type[Kind]:
    """Return the kind of screen that a module of this folder defines.

    Raises
    ------
    ImportError
        If the module does not define exactly one subclass of ``Kind``.
    """
    name = module.__name__.rpartition(".")[2]
    kinds = [
        each
        for each in vars(module).values()
        if isclass(each) and issubclass(each, Kind) and each.__module__ == module.__name__
    ]
    if len(kinds) != 1:
        names = " and ".join(each.__name__ for each in kinds) or "none"
        raise ImportError(
            f"experiments/measures/{name}.py must define one subclass of Kind; found {names}."
        )
    return kinds[0]


def _kinds() -> dict[str, type[Kind]]:
    names = [module.name for module in iter_modules(__path__)]
    return {
        name: kind_in(import_module(f"{__name__}.{name}")) for name in names if name not in BASE
    }


#: Name of each kind -> its class.
KINDS: dict[str, type[Kind]] = _kinds()
