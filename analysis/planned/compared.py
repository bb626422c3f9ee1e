"""The results of comparing predicted curves, as they are stored, shown and drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from analysis.curves.compare import Verdict
from analysis.data.tables import Table, empty


@dataclass(frozen=True)
class TopicTest:
    """The further analysis of the topic of the predicted curve."""

    topic: str
    finding: str = ""
    """Code of the finding: window: 'window' (two lines, and a peak inside), 'inverted_u' (two lines only), 'u',
    'neither'; depletion: 'up', 'down', 'no_change'; systems: 'empty', 'not_empty'."""
    table: Table = field(
        default_factory=partial(empty, "quantity", "estimate", "ci_low", "ci_high", "p")
    )
    failed: str = ""
    notes: tuple[str, ...] = ()
    """On the random terms of its models."""


@dataclass(frozen=True)
class ModelComparison:
    """The comparison of a claim with its rivals, on all rows of its outcome or within a level of a factor."""

    outcome: str
    predictor: str
    """What is on the axis of the claim's curve: a factor, measure or column of the study."""
    failed: str = ""
    """Why the curves could not be compared; empty if they were."""
    hypothesis: str = ""
    """Name of the hypothesis; empty if it is the only one."""
    within: str = ""
    """Factor and level to which it is restricted, such as ``severity: mild``; empty for all rows."""
    claim: str = ""
    """The claim: title of its curve, or the order or contrast as it is written."""
    predictors: tuple[str, ...] = ()
    """All factors, measures and columns that the curves read; that on the axis first."""
    n: int = 0
    """Number of answers."""
    verdict: Verdict | None = None
    """What was tested, and what it decides; None if the curves could not be compared."""
    unconverged: tuple[str, ...] = ()
    """Ids of the curves whose fit did not converge."""
    saturated: bool = False
    """Whether the best curve has as many free parameters as the design has cells."""
    sesoi: float | None = None
    """Smallest effect size of interest in units of the outcome, if equivalence was tested."""
    free: str = ""
    """Free constants of the specified curves."""
    cautions: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    predictions: Table = field(
        default_factory=partial(
            empty,
            "part",
            "id",
            "label",
            "family",
            "role",
            "grade",
            "claim",
            "equation",
            "citation",
            "evidence",
        )
    )
    """The curves: part is 'claim', 'also' or 'rival'."""
    families: Table = field(
        default_factory=partial(empty, "family", "prior", "best", "weight_bic", "weight_aicc")
    )
    """Weights of the families; of a claim without rivals, the only one has all the weight."""
    curves: Table = field(default_factory=empty)
    parameters: Table = field(default_factory=empty)
    specified: Table = field(default_factory=empty)
    differences: Table = field(default_factory=empty)
    order: Table = field(default_factory=empty)
    """Bayes factors of the predicted order of means."""
    ordered: str = ""
    """The predicted order, such as ``kind > neutral > critical``."""
    prediction: Table = field(default_factory=empty)
    """Prediction of new participants: the leading family against the second."""
    topic: TopicTest | None = None
    cells: Table = field(
        default_factory=partial(empty, "level", "label", "others", "n", "mean", "ci_low", "ci_high")
    )
    """Means of the mixed model without any curve; ``level`` on the axis, ``others`` the words of the other
    predictors' levels."""
    lines: Table = field(
        default_factory=partial(empty, "curve", "label", "family", "kind", "others", "x", "y")
    )
    """Curves to draw, one line for each level of the other predictors that they read: kind is 'predicted' (only the
    scale fitted) or 'fitted'."""
    numeric: bool = False

    @property
    def name(self) -> str:
        """The hypothesis and the level to which it is restricted, for readers; empty if there is no other."""
        return ", ".join(filter(None, (self.hypothesis.replace("_", " "), self.within)))

    @property
    def of_curves(self) -> bool:
        """Whether any prediction is a curve of the catalogue, and not an order or a contrast."""
        return bool((self.predictions["family"] != self.predictions["id"]).any())

    @property
    def answer(self) -> str:
        """The verdict, see :attr:`Verdict.answer`; empty if nothing could be compared."""
        return self.verdict.answer if self.verdict else ""

    @property
    def best_supported(self) -> str:
        """The family of curves that the verdict names; empty if it names none."""
        return (self.verdict.family or "") if self.verdict and not self.verdict.contrasts else ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes why the verdict is undetermined; of a verdict by contrasts only that equivalence cannot be shown."""
        if self.answer != "undetermined" or self.verdict is None:
            return ()
        if not self.verdict.contrasts:
            return self.verdict.reasons
        return ("no_smallest_effect",) if self.verdict.no_smallest_effect else ()
