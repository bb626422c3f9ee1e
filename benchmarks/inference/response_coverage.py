"""Coverage of 95 % intervals of differences on the scale of the response, in simulated studies of each family.

    python benchmarks/inference/response_coverage.py [studies] [studies with random intercepts]

Two conditions (linear predictors 0.2 and 0.8). Without random effects: 120 participants with one answer each. With
them: 60 participants with 10 answers each, random intercepts of SD 0.8; the difference is averaged over participants.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import response_contrast
from tests.analysis.models import test_response as studies


def truth(family: str, sd: float) -> float:
    rng = np.random.default_rng(99)
    random = sd * rng.normal(size=4_000_000)
    return float(
        np.subtract(*(studies.answers(family, e + random, rng).mean() for e in (0.8, 0.2)))
    )


def coverage(family: str, n: int, people: int = 0) -> dict[str, object]:
    true, covered, failed, se, found = truth(family, studies.SD * (people > 0)), 0, 0, [], []
    for seed in range(n):
        data = studies.study(family, 10 * people or 120, 5000 + seed, people)
        try:
            fit = studies.fitted(family, data, " + (1 | person)" if people else "")
            row = response_contrast(fit, studies.ARMS, studies.DIFFERENCE, ["d"]).estimates.iloc[0]
        except AnalysisError:
            failed += 1
            continue
        if not np.isfinite(row["se"]):
            failed += 1
            continue
        covered += row["ci_low"] <= true <= row["ci_high"]
        se.append(row["se"])
        found.append(row["estimate"])
    return {
        "family": family,
        "people": people or 120,
        "studies": n,
        "failed": failed,
        "true": round(true, 4),
        "mean": round(float(np.mean(found)), 4),
        "sd": round(float(np.std(found)), 4),
        "mean_se": round(float(np.mean(se)), 4),
        "coverage": round(covered / (n - failed), 4),
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    plain, random = (int(each) for each in (*sys.argv[1:], "1000", "300")[:2])
    rows = []
    for family in studies.FAMILIES:
        rows.append(coverage(family, plain))
        print(rows[-1], flush=True)
    for family in ("binomial", "gamma", "two_part", "tobit", "ordinal", "ordered_beta"):
        rows.append(coverage(family, random, 60))
        print(rows[-1], flush=True)
    print(pd.DataFrame(rows).to_string(index=False))
