"""What the protocol fixed in advance, in the words of a report."""

from __future__ import annotations

from analysis.analysing.contest import claims
from analysis.analysing.results import Finding, Plan
from experiments.protocol import Protocol
from experiments.stakes import Stakes


def plan_of(
    protocol: Protocol, preregistration: str = "", deviations: tuple[str, ...] = ()
) -> Plan:
    """Tell what a protocol fixed in advance."""
    return Plan(
        title=protocol.title,
        summary=protocol.summary,
        source=protocol.source,
        grade=protocol.evidence.grade,
        evidence=protocol.evidence.summary,
        findings=tuple(Finding(f.source, f.tag, f.found) for f in protocol.evidence.findings),
        outcome=protocol.hypotheses.outcome,
        predictor=protocol.hypotheses.predictor,
        claims=claims(protocol),
        sesoi_d=protocol.sesoi.d,
        sesoi_raw=protocol.sesoi.raw,
        sesoi_why=protocol.sesoi.why,
        per_cell=protocol.sample.per_cell,
        sample_why=protocol.sample.why,
        alpha=protocol.analysis.alpha,
        correction=protocol.analysis.correction,
        exclusions=tuple(rule.words() for rule in protocol.exclusions),
        deviations=deviations,
        preregistration=preregistration,
    )


def stakes_in_words(stakes: Stakes) -> str:
    """What was at stake, in one sentence."""
    money = stakes.money
    amount = (
        f"{money.prefix}{stakes.endowment:,.{money.decimals}f}{money.suffix} ({money.currency})"
    )
    if stakes.kind == "real":
        return f"Real stakes: {amount} to divide, and every decision is carried out."
    if stakes.kind == "hypothetical":
        return f"Hypothetical stakes: {amount} to divide in imagination; nothing is paid."
    return (
        f"Lottery stakes: {amount} to divide; for {stakes.probability:.0%} of the participants one"
        " decision is carried out."
    )
