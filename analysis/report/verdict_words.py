"""The verdict of a mode in plain words, the way one would tell it at the table."""

from __future__ import annotations

from analysis.analysing.results import InMode, Plan, Results
from analysis.compare.verdict import Rule, family_words
from analysis.report.wording import upper
from experiments.numbers import count, estimate, interval, p_phrase


def headline(result: InMode) -> str:
    """The verdict in a few words."""
    contest = result.contest
    if contest.failed:
        return "No verdict"
    if contest.survivor:
        return f"{upper(family_words(contest.survivor))} survives"
    return "Undetermined"


def plain_words(results: Results, result: InMode) -> list[str]:
    """The verdict in sentences for a reader who has had one statistics course."""
    contest, plan = result.contest, results.plan
    if contest.failed:
        return [f"The predicted curves could not be compared. {contest.failed}"]
    told = [_survived(result) if contest.survivor else _undetermined(result, plan)]
    if len(contest.specified):
        told.append(_predicted(result, plan))
    if primary := _primary(result):
        told.append(primary)
    if results.simulated:
        told.append(
            "These answers come from simulated people. The verdict says what the analysis makes of the"
            " hypothesis they follow; it says nothing about human beings."
        )
    return told


def _survived(result: InMode) -> str:
    families = result.contest.families
    row = families[families["family"] == result.contest.survivor].iloc[0]
    rest = ", ".join(
        family_words(str(name)) for name in families["family"] if name != result.contest.survivor
    )
    return (
        f"{len(families)} families of curves competed, each with a weight of {row['prior']:.2f} to begin"
        f" with. After the data, '{family_words(result.contest.survivor)}' holds"
        f" {_held(float(row['weight_bic']))}, and its best curve is not contradicted by the means. Its"
        f" rivals were: {rest}."
    )


def _held(value: float) -> str:
    return "more than .99" if value > 0.99 else f"{value:.2f}"


def _undetermined(result: InMode, plan: Plan) -> str:
    families = result.contest.families
    leader = families.iloc[0]
    gone = families[
        (families["weight_bic"] < Rule().excluded) & (families["weight_aicc"] < Rule().excluded)
    ]
    possible = [family_words(str(f)) for f in families["family"] if f not in set(gone["family"])]
    excluded = [family_words(str(f)) for f in gone["family"]]
    told = (
        f"These data do not single out one family of curves. Ahead is"
        f" '{family_words(str(leader['family']))}' with a weight of {_held(float(leader['weight_bic']))}, but"
        f" {_because(result)}. Still possible: {', '.join(possible)}."
    )
    if excluded:
        told += f" Ruled out: {', '.join(excluded)}."
    told += (
        " That is a result too: it says what a study of this size can and cannot tell."
        f" {_size(result, plan)}"
    )
    return told


def _because(result: InMode) -> str:
    """The reasons, in the words of this page."""
    told = "; and ".join(result.contest.reasons)
    return told.replace("the SESOI", "the smallest effect of interest")


def _size(result: InMode, plan: Plan) -> str:
    cells = result.cells[result.cells["measure"] == result.contest.outcome]
    if cells.empty:
        return ""
    least, most = int(cells["persons"].min()), int(cells["persons"].max())
    have = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    return f"Planned were {plan.per_cell:,} participants per cell; analysed were {have} per level."


def _predicted(result: InMode, plan: Plan) -> str:
    """What became of the claim itself."""
    own = result.contest.specified
    labels = {claim.id: claim.label for claim in plan.claims}
    sentences = []
    for _, row in own[own["curve"] != "flat"].iterrows():
        label = labels.get(str(row["check"]), str(row["curve"]))
        if row["p"] < 0.05:
            fate = "is rejected by the means"
        elif row["scale"] < 0:
            fate = "fits the means only upside down"
        else:
            fate = "is compatible with the means"
        sentences.append(f"“{label}” {fate} ({_p(row['p'])})")
    told = "The claim itself, with nothing adjusted but its scale: " + "; ".join(sentences) + "."
    flat = own[own["curve"] == "flat"]
    if len(flat) and flat["p"].iloc[0] >= 0.05:
        said = _p(flat["p"].iloc[0])
        claims = own[own["curve"] != "flat"]
        if ((claims["p"] >= 0.05) & ~(claims["scale"] < 0)).any():
            told += (
                f" A flat line is compatible with them as well ({said}): these means cannot tell it"
                " from the claim."
            )
        else:
            told += f" A flat line is compatible with them ({said})."
    return told


def _p(value: float) -> str:
    """A p value in parentheses that is not torn apart at the end of a line."""
    return p_phrase(float(value)).replace(" ", "\u00a0")


def _primary(result: InMode) -> str:
    """The primary contrasts in one sentence each."""
    own = result.contrasts[
        (result.contrasts["role"] == "primary") & result.contrasts["estimate"].notna()
    ]
    abouts = {m.name: m for m in result.measures}
    told = []
    for _, row in own[own["part"] == ""].iterrows():
        about = abouts.get(str(row["measure"]))
        unit = about.prefix if about else ""
        difference = estimate(row["estimate"], 2)
        written = (
            f"−{unit}{difference[1:]}" if difference.startswith("−") else f"{unit}{difference}"
        )
        told.append(
            f"{row['contrast']}: {written}"
            f" {interval(row['ci_low'], row['ci_high'], 2)}, {row['tost'] or 'tested'}"
        )
    if not told:
        return ""
    return (
        "Planned primary contrasts (difference, 95 % interval, against the smallest effect of interest): "
        + "; ".join(told)
        + "."
    )


def figures_of_merit(result: InMode) -> list[tuple[str, str]]:
    """Numbers one looks for first, with what they are."""
    cells = result.cells[result.cells["measure"] == result.contest.outcome]
    found = [
        (f"{result.sessions:,}", "sessions begun"),
        (f"{result.complete:,}", "complete"),
        (f"{result.analysed:,}", "analysed"),
    ]
    if len(cells):
        found += [
            (f"{int(cells['n'].sum()):,}", f"answers ({result.contest.outcome.replace('_', ' ')})"),
            (f"{int(cells['persons'].min()):,}", "fewest people at a level"),
        ]
    return found


def what_data(results: Results) -> str:
    """What was analysed, in one sentence."""
    n = sum(result.sessions for result in results.modes)
    modes = ", ".join(result.mode for result in results.modes)
    if len(results.modes) == 1:
        return f"{count(n, 'session', 'sessions')}, mode {modes}"
    return (
        f"{count(n, 'session', 'sessions')} in {len(results.modes)} modes ({modes}), which are never"
        " pooled: each has results of its own"
    )
