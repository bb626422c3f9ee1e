"""The results of planned models, as they are stored and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from analysis.data.tables import Table, empty
from analysis.planned.plan import Role
from experiments.protocol.planned import Combined
from experiments.protocol.sections import Family

AGREES = 0.1
"""Estimates that differ by less than this many standard errors lead to the same conclusion."""
AGREES_NEARLY = 0.5
"""The same threshold if the second model has items as fixed effects: in small samples, this alone shifts
estimates by tenths of a standard error, especially if the variance of items is estimated at zero."""


@dataclass(frozen=True)
class SecondFit:
    """A part of a model refitted with the second engine, which shares no code with the first."""

    part: str
    engine: str = ""
    method: str = ""
    """Model that the second engine fitted."""
    same_model: bool = True
    """Whether it has the same random terms (and no grouping as fixed effects)."""
    difference: float = float("nan")
    """Largest difference between estimates, in standard errors; nan if none can be compared."""
    failed: str = ""
    """Why there is no second fit; empty if there is one."""

    @property
    def agrees(self) -> bool:
        """Whether both engines lead to the same conclusions."""
        return self.difference < (AGREES if self.same_model else AGREES_NEARLY)


@dataclass(frozen=True)
class ModelResults:
    """Results of a planned model, as far as it could be estimated."""

    name: str
    """Name in tables and headings."""
    outcome: str
    """Measure or column, as it is written in the formula."""
    family: Family
    planned: str
    """The planned formula, with the random terms that are written or follow from the design."""
    role: Role = "secondary"
    """Whether the primary test of the study is one of its contrasts."""
    combined: Combined = "one"
    """Of several primary contrasts, whether ``any`` (Holm) or ``all`` (each at alpha) must hold."""
    n: int = 0
    participants: int = 0
    failed: str = ""
    """Why the model could not be fitted; empty if it was."""
    formula: str = ""
    """The formula that was fitted; empty if none was."""
    engine: str = ""
    errors: str = "model"
    """Kind of standard errors: 'model' (model-based) or 'Kenward-Roger' (few units); in a model without random
    terms 'Satterthwaite' (HC2), 'classical' (equal variances) or 'cluster' (clustered by participant); 'independent'
    if participants answered more than once and the model ignores it."""
    groups: dict[str, int] = field(default_factory=dict)
    converged: bool = True
    singular: bool = False
    notes: tuple[tuple[str, str], ...] = ()
    """Notes on the fit: the part of the model, and the note (terms left out, warnings of the engine)."""
    terms: Table = field(
        default_factory=partial(
            empty, "part", "term", "estimate", "se", "df", "statistic", "p", "ci_low", "ci_high"
        )
    )
    """Standard errors are missing if all answers concerned are the same."""
    random: Table = field(default_factory=partial(empty, "part", "group", "term", "sd"))
    shape: Table = field(default_factory=partial(empty, "part", "parameter", "estimate", "se"))
    means: Table = field(
        default_factory=partial(empty, "part", "level", "estimate", "se", "ci_low", "ci_high")
    )
    """Means of the cells of the model's factors; ``level`` has the words of a cell's levels."""
    responses: Table = field(
        default_factory=partial(
            empty, "contrast", "part", "unit", "estimate", "se", "note", "failed"
        )
    )
    """Contrasts as differences of expected responses; see ``response_scale.response_contrasts``."""
    held: Table = field(default_factory=partial(empty, "number", "how", "value"))
    """Values of the numbers among the predictors at which means and contrasts are taken: 'cells' (those of the
    design's cells), 'both' (0 and 1 equally) or 'mean' (``value``)."""
    two_lines: Table = field(
        default_factory=partial(
            empty, "contrast", "finding", "quantity", "estimate", "ci_low", "ci_high", "p"
        )
    )
    """Slopes, break and peak of each contrast that is a test of two lines; ``finding`` is that of a TopicTest."""
    bounds: Table = field(
        default_factory=partial(empty, "contrast", "lower", "upper", "ci_low", "ci_high", "failed")
    )
    """Lee bounds of the amount given, for each planned contrast of a two-part model."""
    influence: Table = field(default_factory=partial(empty, "contrast", "unit", "low", "high"))
    """The primary contrasts without each participant and each stimulus; see ``influence.influence``."""
    left_out: Table = field(default_factory=partial(empty, "contrast", "unit", "left_out"))
    """Estimates behind ``influence``, one row for each participant and each stimulus that is left out."""
    second: Table = field(default_factory=partial(empty, "part", "term", "estimate", "se"))
    second_fits: tuple[SecondFit, ...] = ()
    """Fits of each part by the second engine; empty if not requested."""
