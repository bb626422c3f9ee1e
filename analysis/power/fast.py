"""The fast way: which engine fits the planned model to drawn lists, and why none does where none does."""

from __future__ import annotations

from analysis.balanced import NotBalancedError
from analysis.errors import AnalysisError
from analysis.models.guards import MIN_GROUPS
from analysis.power.components import Components
from analysis.power.crossed import crossed
from analysis.power.intercepts import intercepts
from analysis.power.lists import Lists
from analysis.power.one_row import one_row
from analysis.power.targets import Analysis, parsed, targets_of
from analysis.power.world import World
from experiments.planned import PlannedModel

#: Fewest people on a presentation list that leave a variance to estimate.
LEAST_PEOPLE = 2


def fast_analysis(
    lists: Lists, model: PlannedModel, components: Components, per_cell: int
) -> Analysis:
    """Choose the engine for a planned model at one size of the study.

    Raises
    ------
    NotBalancedError
        If no fast engine fits the model in this design; the message says why.
    AnalysisError
        If the study is too small for anything to be estimated.
    """
    check_size(lists, model, per_cell)
    world = World(lists, lists.people(per_cell), components)
    targets = targets_of(lists, model.contrasts)
    terms = parsed(model).random
    groups = [term.group for term in terms]
    alone = lists.rows_per_person == 1
    if not groups and alone:
        return one_row(world, model, targets)
    if groups and all(term.slopes == "1" for term in terms):
        if alone and any("participant" in group.split(":") for group in groups):
            raise NotBalancedError(
                f"The model {model.name!r} takes people as random, but each answers once, so that persons"
                " and single answers cannot be told apart."
            )
        return intercepts(lists, lists.evenly(per_cell), components, model, targets, groups)
    if sorted(groups) == ["participant", "stimulus"]:
        return crossed(world, model, targets)
    what = f"{lists.rows_per_person} answers a person, random terms by {', '.join(groups) or 'nothing'}"
    raise NotBalancedError(f"No fast engine fits {model.formula!r} ({what}).")


def check_size(lists: Lists, model: PlannedModel, per_cell: int) -> None:
    """Refuse a study in which nothing can be estimated.

    Raises
    ------
    AnalysisError
        Saying what is missing.
    """
    if per_cell < LEAST_PEOPLE:
        raise AnalysisError(
            f"{per_cell} person per cell shows no difference between people, so no test has an error to"
            " be held against.",
            f"Ask for at least {LEAST_PEOPLE} per cell, better 20 or more.",
        )
    groups = [name for term in parsed(model).random for name in term.group_columns]
    if "stimulus" not in groups:
        return
    met: dict[object, set[str]] = {}
    for rows in lists.rows:
        for stimulus, levels in rows:
            met.setdefault(levels, set()).add(stimulus)
    lone = [levels for levels, stimuli in met.items() if len(stimuli) < 2]
    if lone:
        told = "; ".join(", ".join(map(str, levels)) for levels in lone)  # type: ignore[call-overload]
        raise AnalysisError(
            f"One stimulus per condition ({told}): its difference from the others cannot be told from the"
            " condition's.",
            "Show several stimuli in each condition, or the same ones in all.",
        )
    if len(lists.stimuli) < MIN_GROUPS:
        raise AnalysisError(
            f"The model {model.name!r} takes stimuli as random, and the design has {len(lists.stimuli)}"
            f" ({', '.join(lists.stimuli)}); how much stimuli differ cannot be estimated from fewer than"
            f" {MIN_GROUPS}.",
            "Use more stimuli (8 or more, better 16), or plan the model without (1|stimulus) and limit"
            " the claim to these.",
        )


__all__ = ["LEAST_PEOPLE", "NotBalancedError", "check_size", "fast_analysis"]
