"""How to read a report, for somebody who has had one statistics course."""

from __future__ import annotations

from analysis.analysing.results import Plan
from analysis.compare.verdict import Rule
from experiments.numbers import estimate


def how_to_read(plan: Plan) -> list[tuple[str, str]]:
    """Terms and what they mean, in the order in which the report uses them."""
    rule = Rule()
    sesoi = f"{estimate(plan.sesoi_d, 2)} standard deviations"
    if plan.sesoi_raw is not None:
        sesoi = f"{estimate(plan.sesoi_raw, 2)} units of the outcome ({sesoi} elsewhere)"
    return [
        (
            "95 % interval",
            "The values of the true difference that the data do not contradict. Narrow: the study could"
            " tell much; wide: it could tell little. If zero lies inside, the data contradict neither a"
            " rise nor a fall.",
        ),
        (
            "p value",
            "How often a difference at least this large would come about if there were none. It is not"
            f" the chance that the hypothesis is true. Below {plan.alpha:g} one speaks of a difference;"
            " above it one has not shown that there is none.",
        ),
        (
            "Smallest effect of interest",
            f"Fixed in advance: {sesoi}. {plan.sesoi_why} The equivalence test (TOST) asks whether the"
            " effect is smaller than that. Four outcomes are possible: different; different but small"
            " (there, but too small to matter); equivalent (too small to matter, if there at all);"
            " undetermined (more people are needed).",
        ),
        (
            "Random effects of participants and stimuli",
            "People differ in how much they give, and stories in how much they move. A model that treats"
            " both as a sample lets the conclusion hold for other people and other stories; that makes"
            " the intervals wider, and honest.",
        ),
        (
            "Families of curves and their weights",
            "A curve with more adjustable numbers always comes closer to the data, so it pays for each of"
            " them (BIC charges more than AICc). What is left is shared out as weights that add up to 1."
            " Curves that cannot be told apart in practice are one family with one vote.",
        ),
        (
            "Survives",
            f"A family survives if its BIC weight is at least {rule.bic:.2f} and its AICc weight at least"
            f" {rule.aicc:.2f}, the means do not contradict its best curve (p at least {rule.misfit:g}), and"
            " it does not run against its own claim. 'No difference' survives only if all differences are"
            " shown to be too small to matter.",
        ),
        (
            "Undetermined",
            "The data cannot tell. That is a finding about the study, not a failure of it, and better"
            " than a verdict that the next study would overturn.",
        ),
        (
            "Bayes factor (BF₁₀)",
            "How many times more likely the data are if there is a difference than if there is none. By"
            " convention 3 to 10 is moderate evidence, above 10 strong; 1/3 to 3 says little.",
        ),
        (
            "Second engine",
            "The same model fitted again by other software. If the two disagree, trust neither until it"
            " is known why.",
        ),
        (
            "Both ways",
            "Leaving people out after they were treated can bias a comparison. If a conclusion holds only"
            " with the exclusions, or only without them, it is fragile.",
        ),
    ]
