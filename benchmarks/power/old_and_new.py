"""Power from the expected information and one REML core, compared with the engines that they replaced.

    python benchmarks/power/old_and_new.py

``old_values.json`` contains the results of the engines of version 0.1.0 (commit ce48d4f): their closed form for every
shipped planned model at 9 to 20,000 participants per cell, and closed form and 4,000 simulated studies for invented
designs (slopes, unbalanced cells, few stimuli, terms left out). ``tests/analysis/power/test_expected.py`` asserts that the
values are still these. This script writes the comparison, ``old_and_new.md``.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import stdtrit

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "analysis" / "power"))
from planned import Uneven, between, components, latin, nested, world

from analysis.planned.plan import Planned, planned_models
from analysis.power import worlds
from analysis.power.expected import expected
from analysis.power.lists import lists_of
from analysis.power.monte_carlo import simulate_studies
from analysis.power.prior import components_of
from analysis.simulate import Assumptions, undescribed
from experiments.places import shipped_folder
from experiments.study import Study, open_study
from experiments.version import code_version

HERE = Path(__file__).parent
#: Names of outcomes in the planned models of version 0.1.0, if the models have other names now.
OUTCOMES = {
    ("identified_victim", "feelings"): "feelings5",
    ("identified_victim", "perceived impact"): "perceived_impact3",
    ("compassion_collapse", "perceived impact"): "impact",
    ("parochial_vignettes", "dictator share"): "share",
}
OLD = json.loads((HERE / "old_values.json").read_text())
#: Study -> number of cells then for each of now: participants of both teams are in one cell.
CELLS = {"parochial_vignettes": 2}
LAYOUTS = {"latin": latin, "between": between, "nested": nested}
STUDIES, SEED = 4_000, 20_261_129


def planned_as(study: Study, mode: str, model: str) -> Planned:
    """Return the planned model that had a name in version 0.1.0."""
    name = model.removesuffix(", joint evaluation")
    outcome = OUTCOMES.get((study.study, name), "donation" if name == "gift" else name)
    return next(
        planned
        for planned in planned_models(study, mode)
        if planned.outcome == outcome and planned.model.family == "gaussian"
    )


def shipped() -> list[list[str]]:
    """Largest differences of each shipped model over all sizes."""
    lines, known = [], {}
    for old in OLD["shipped"]:
        name = (old["study"], old["mode"], old["model"])
        if name not in known:
            study = open_study(shipped_folder("protocols") / f"{old['study']}.yaml")
            planned = planned_as(study, old["mode"], old["model"])
            lists = lists_of(study, old["mode"], planned)
            parts = components_of(study, old["mode"], Assumptions())[planned.outcome]
            if undescribed(study).issuperset(lists.items):
                parts = parts.without_items()
            known[name] = (worlds.world_of(lists, planned, parts), [])
        at, rows = known[name]
        began = time.process_time()
        people = old["per_cell"] * CELLS.get(old["study"], 1)
        new, k = expected(at, people), len(old["se"])
        took = time.process_time() - began
        power = [float(new.power(j, old["d"], 0.05)) for j in range(k)]
        pairs = (
            (new.se, old["se"]),
            (new.sd, old["sd"]),
            (new.df, old["df"]),
            (power, old["power"]),
        )
        apart = [float(np.abs(np.asarray(a)[:k] - b).max()) for a, b in pairs]
        apart[2] /= max(old["df"])
        rows.append((old["per_cell"], *apart, took))
    for (study, mode, model), (_, rows) in known.items():
        size, *worst = ([row[i] for row in rows] for i in range(6))
        largest = [f"{max(column):.1e}" for column in worst[:4]]
        sizes = ", ".join(f"{n:,}" for n in size)
        lines.append(
            [f"{study}, {mode}", model, sizes, *largest, f"{1000 * np.median(worst[4]):.1f}"]
        )
    return lines


def invented() -> list[list[str]]:
    """Closed form and simulation, old and new."""
    lines = []
    for old in OLD["invented"]:
        lists = Uneven.of(LAYOUTS[old["layout"]](old["stimuli"]), old["people"])
        formula = old["formula"].replace("stimulus", "item")
        at = world(lists, formula, components(*old["components"]))
        new = expected(at, 1)
        fits = simulate_studies(at, 1, STUDIES, np.random.default_rng(SEED))
        limit, sure = stdtrit(fits.df[:, 0], 0.975) * fits.se[:, 0], fits.converged
        error, then = fits.estimate[:, 0], old["simulated"]
        power = np.mean((np.abs(error + old["d"]) > limit) & sure)
        wrong = np.mean((np.abs(error) > limit) & sure)
        planned = float(new.power(0, old["d"], 0.05))
        numbers: list[Any] = [
            f"{old['se'][0]:.6f}", f"{new.se[0]:.6f}", f"{old['df'][0]:.2f}", f"{new.df[0]:.2f}",
            f"{old['power'][0]:.3f}", f"{planned:.3f}", f"{then['power'][0]:.3f}", f"{power:.3f}",
            f"{then['type1'][0]:.3f}", f"{wrong:.3f}", f"{then['singular']:.3f}",
            f"{fits.singular.mean():.3f}", "yes" if new.doubtful[0] else "",
        ]  # fmt: skip
        lines.append([old["case"], f"`{formula}`".replace("|", "\\|"), *numbers])
    return lines


def table(heads: list[str], lines: list[list[str]]) -> str:
    """A Markdown table."""
    rows = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def main() -> None:
    """Write the comparison."""
    # Four stimuli are fewer than a study may take as random; here they show where the closed form ends.
    worlds.MIN_GROUPS = 4
    text = f"""# Old and new power engines

Made by `python benchmarks/power/old_and_new.py` with compassion {code_version()}; the old values are those of commit {OLD["made"]["commit"]}.

## Shipped planned models, expected study

Largest absolute difference of the standard error, of the spread of estimates and of power (at the study's smallest effect of interest), and largest relative difference of the degrees of freedom, over all contrasts and the sizes named. ms: one size, once the design is set up.

{table(["study", "model", "per cell", "SE", "SD", "df", "power", "ms"], shipped())}
## Other designs

Old and new closed form, and {STUDIES:,} simulated studies (Monte Carlo error of a share: .008 at most). *doubtful*: the closed form is replaced by a simulation. "Unequal" and "unbalanced" have different numbers of participants on their lists or in their cells.

{table(["design", "model", "SE old", "SE new", "df old", "df new", "power old", "power new", "simulated, old", "simulated, new", "type I, old", "type I, new", "singular, old", "singular, new", "doubtful"], invented())}
What differs, and why:

- *slopes, unequal lists*: the model and the simulated world are the same, so the reported standard error must equal the spread of the estimates. The old closed form reported less ({OLD["invented"][1]["se"][0]:.6f} against a spread of {OLD["invented"][1]["sd"][0]:.6f}); the new one does not.
- *no variance by condition*: the old closed form treated a planned variance of zero as known to be zero, which raised the degrees of freedom to 552 and power to .98; studies simulated with either engine reject in .90. The new one accounts for the variance being estimated, and says that a simulation is needed.
- Random slopes of stimuli and drop-out (lists cut short, weighted by their share) had no engine; tests compare them with dense inversion (`tests/analysis/power/test_expected.py`).
- *4 stimuli* crossed with conditions: simulated power is higher than both the old and the new closed form. Studies are therefore simulated where the degrees of freedom are below 8 and conditions cross stimuli.
"""
    (HERE / "old_and_new.md").write_text(text, encoding="utf-8")
    print(HERE / "old_and_new.md")


if __name__ == "__main__":
    main()
