"""What a protocol plans, told for a reader: the pieces that both layouts of a preregistration put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.analysing.contest import checked, claims
from analysis.analysing.plan import stakes_in_words
from analysis.compare import Rule
from analysis.hypotheses import get
from analysis.power.telling import share
from analysis.prereg.blocks import Block, Items, Rows
from experiments.design import cells_of
from experiments.protocol import Protocol


def hypotheses(protocol: Protocol) -> tuple[Block, ...]:
    """The prediction, other readings of it, and its rivals."""
    contest = protocol.hypotheses
    rows = []
    for claim in claims(protocol):
        rows.append(
            (claim.part, f"{claim.id} {claim.name}", claim.label, claim.equation, claim.family)
        )
    given = [
        f"{get(p.hypothesis).name}: parameters fixed at {_parameters(p.parameters)}"
        for p in (contest.predicted, *contest.also_predicted)
        if p.parameters
    ]
    specified = ", ".join(f"{h.id} {h.name}" for h in checked(protocol))
    blocks: list[Block] = [
        f"Prediction: {contest.predicted.label} (source: {contest.predicted.source} [{contest.predicted.tag}]).",
        f"The curves below compete on '{contest.outcome}' over '{contest.predictor}'; every family has the same"
        " prior weight, divided inside it.",
        Rows(("part", "curve", "in words", "equation", "family"), tuple(rows)),
        f"Checked with nothing free but their scale: {specified}.",
    ]
    return (*blocks, *((Items(tuple(given)),) if given else ()))


def conditions(protocol: Protocol) -> tuple[Block, ...]:
    """Factors, modes and cells."""
    factors = tuple(
        (
            name,
            ", ".join(map(str, f.levels)),
            f.varies,
            "nuisance" if f.nuisance else "",
            f.sentence,
        )
        for name, f in protocol.factors.items()
    )
    modes = []
    for name, mode in protocol.modes.items():
        cells = len(cells_of(protocol.between(name)))
        main = " (primary)" if name == protocol.primary_mode else ""
        within = ", ".join(protocol.within(name)) or "nothing"
        modes.append(
            f"{name}{main}: {mode.sentence} {cells} between-cells; within participants: {within}."
            f" {stakes_in_words(mode.stakes)}"
        )
    return (
        Rows(("factor", "levels", "varies", "", "what"), factors),
        Items(tuple(modes)),
        "Data of different modes are never pooled.",
    )


def stimuli(protocol: Protocol) -> str:
    """Which stimuli, and how many a participant meets."""
    told = []
    for name, use in protocol.stimuli.items():
        take = (
            "all"
            if use.take is None
            else _parameters(use.take)
            if isinstance(use.take, dict)
            else str(use.take)
        )
        told.append(f"{name} (set '{use.set}'; a participant meets {take}, order {use.order})")
    return f"Stimuli: {'; '.join(told)}." if told else "There are no stimuli."


def measures(protocol: Protocol) -> tuple[Block, ...]:
    """Dependent variables, and what else is asked."""
    rows = tuple(
        (name, m.kind, m.role, m.sentence, m.answers()) for name, m in protocol.measures.items()
    )
    return (
        f"Primary dependent variable: {protocol.primary_measure}.",
        Rows(("measure", "kind", "role", "what", "answers"), rows),
    )


def models(protocol: Protocol) -> tuple[Block, ...]:
    """The planned models with their contrasts."""
    rows = []
    for m in protocol.analysis.models:
        tests = "; ".join(f"{c.name}: {c.factor} {c.higher} minus {c.lower}" for c in m.contrasts)
        rows.append(
            (
                m.name,
                m.role,
                ", ".join(m.modes) or "all",
                m.family,
                f"{m.measure} ~ {m.formula}",
                tests or "none",
            )
        )
    return (Rows(("model", "role", "modes", "likelihood", "formula", "contrasts"), tuple(rows)),)


def inference(protocol: Protocol) -> tuple[Block, ...]:
    """Alpha, correction, equivalence, and the verdict's rule."""
    sesoi, rule = protocol.sesoi, Rule()
    raw = f" ({sesoi.raw:g} in units of the outcome)" if sesoi.raw is not None else ""
    correct = (
        "Holm's correction over the secondary contrasts; primary ones are not corrected."
        if protocol.analysis.correction == "holm"
        else "No correction."
    )
    return (
        f"Two-sided tests at alpha = {protocol.analysis.alpha:g}. {correct}",
        f"Smallest effect of interest (SESOI): d = {sesoi.d:g}{raw}. {sesoi.why} Equivalence is shown by two"
        f" one-sided tests, each at alpha = {protocol.analysis.alpha:g}.",
        f"A family of curves survives if its BIC weight is at least {rule.bic:.2f}, its AICc weight at least"
        f" {rule.aicc:.2f} (for families that predict a difference), its best curve is not rejected by the cell"
        f" means at {rule.misfit:.2f} and does not run against its claim; a family without differences survives"
        " only if all differences are shown to be below the SESOI. Otherwise the verdict is: undetermined.",
        "Order-restricted hypotheses by encompassing prior; windows by two lines and an interval for the peak;"
        " between-subject contrasts without random terms with HC3 errors.",
    )


def exclusions(protocol: Protocol) -> tuple[Block, ...]:
    """The rules by which sessions are left out."""
    rules = tuple(rule.words() for rule in protocol.exclusions) or ("none",)
    return (
        "A session is left out of the main analysis if:",
        Items(rules),
        "All analyses are reported with and without these exclusions. Manipulation checks and suspicion exclude"
        " nobody. No answers are treated as outliers. Skipped answers are missing; models use the answers there are.",
    )


def sample(protocol: Protocol, power: Mapping[str, Any] | None) -> tuple[Block, ...]:
    """The number of people, and the power that it gives."""
    mode = protocol.primary_mode
    cells, n = len(cells_of(protocol.between(mode))), protocol.sample.per_cell
    blocks: list[Block] = [
        f"{n:,} complete participants in each of {cells} cells of the mode '{mode}' ({n * cells:,} in all);"
        f" {protocol.sample.dropout:.0%} are expected to leave before the end. Collection stops when every cell"
        f" is full. {protocol.sample.why}",
    ]
    if power is None:
        blocks.append(
            f"POWER IS MISSING. Make it with: compassion power {protocol.path or 'PROTOCOL'}; then write the"
            " preregistration again into another folder."
        )
        return tuple(blocks)
    blocks.append(
        f"Power, from {power['studies']:,} simulated studies per point (seed {power['seed']}, compassion"
        f" {power['code_version']}):"
    )
    blocks.append(Items(tuple(power["sentences"])))
    rows = tuple(
        (row["test"], f"{row['d']:.2f}", share(row["power"]), share(row["equivalence"]))
        for row in power["tables"]["power"]
        if row["per_cell"] == power["planned"]
    )
    blocks.append(Rows(("test, planned size", "d", "rejects", "shows equivalence"), rows))
    blocks.append(
        "Variance components that the power rests on, as shares of the variance in a condition:"
    )
    blocks.append(Items(tuple(_components(*own) for own in power["components"].items())))
    if power["notes"]:
        blocks.append(Items(tuple(power["notes"])))
    return tuple(blocks)


def _components(measure: str, parts: Mapping[str, Any]) -> str:
    names = {
        "person": "people",
        "person_by_level": "people by conditions",
        "stimulus": "stimuli",
        "stimulus_by_level": "stimuli by conditions",
        "residual": "single answers",
    }
    told = ", ".join(f"{said} {share(parts[name])}" for name, said in names.items())
    return f"{measure}: {told} ({parts['source']})"


def randomisation(protocol: Protocol) -> str:
    """How participants come to their cells."""
    own = protocol.allocation
    return (
        f"Seeded permuted blocks (seed {own.seed}, {own.block} of each cell in a block), made before the first"
        f" participant: a list of {own.slots:,} places for each mode, drawn on in order; the place of somebody who"
        " leaves is given again, and every draw is logged. Within-factors rotate over the stimuli in a Latin"
        " square, and the order of trials is shuffled for each place."
    )


def _parameters(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())
