"""Write the small synthetic data sets that R and this package both fit.

Run by hand: ``python tests/reference/make_data.py``. The numbers are invented (no study's data);
the generating values are in this file so that recovery can be judged too. Digits are rounded before
anything is fitted, so that every program reads the same numbers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

HERE = Path(__file__).parent


def crossed(rng: np.random.Generator) -> pd.DataFrame:
    """40 participants x 12 vignettes; group (in, out, none) rotates over vignettes."""
    people, vignettes = 40, 12
    rows = [(p, v, (p + v) % 3) for p in range(people) for v in range(vignettes)]
    data = pd.DataFrame(rows, columns=["p", "v", "g"])
    data["n_victims"] = np.array([1, 2, 8, 100])[(data["p"] // 3 + data["v"] // 3) % 4]
    u = rng.normal(0, [0.9, 0.35], (people, 2))
    w = rng.normal(0, 0.5, vignettes)
    log_n = np.log(data["n_victims"])
    group = np.array([0.4, -0.2, 0.0])[data["g"]]
    eta = group + u[data["p"], 0] - (0.12 + 0.3 * u[data["p"], 1]) * log_n + w[data["v"]]
    n = len(data)
    data["rating"] = (4 + eta + rng.normal(0, 1.1, n)).round(3)
    data["gave"] = (rng.random(n) < expit(0.3 + eta)).astype(int)
    data["amount"] = np.where(data["gave"] == 1, rng.gamma(2.5, np.exp(0.8 + 0.3 * eta) / 2.5), 0)
    data["amount"] = data["amount"].round(4)
    latent = -0.3 + 0.8 * eta
    mu = expit(latent)
    share = rng.beta(mu * 4, (1 - mu) * 4).clip(0.001, 0.999)
    cut = rng.logistic(size=n)
    share = np.where(latent + cut < -1.2, 0, np.where(latent + cut > 1.5, 1, share))
    data["share"] = share.round(4)
    data["tobit"] = np.clip(2 + 1.5 * eta + rng.normal(0, 2, n), 0, 5).round(3)
    steps = np.array([-1.5, -0.4, 0.6, 1.8])
    data["dollars"] = np.searchsorted(steps, eta + rng.logistic(size=n))
    data["participant"] = [f"p{p:02d}" for p in data["p"]]
    data["vignette"] = [f"v{v:02d}" for v in data["v"]]
    data["group"] = np.array(["in", "out", "none"])[data["g"]]
    kept = ["participant", "vignette", "group", "n_victims", "rating", "gave", "amount"]
    return data[[*kept, "share", "tobit", "dollars"]]


def between(rng: np.random.Generator) -> pd.DataFrame:
    """150 people, victim (identified, statistical) x lesson (no, yes), unequal cells and SDs."""
    cell = rng.choice(4, 150, p=[0.3, 0.3, 0.2, 0.2])
    identified, lesson = cell % 2 == 0, cell // 2 == 1
    mean = 1.6 + 0.7 * identified - 0.3 * lesson - 0.5 * identified * lesson
    donation = np.clip(mean + rng.normal(0, np.where(identified, 2.1, 1.5)), 0, 5).round(2)
    return pd.DataFrame(
        {
            "victim": np.where(identified, "identified", "statistical"),
            "lesson": np.where(lesson, "yes", "no"),
            "donation": donation,
            "feelings": (2.5 + 0.4 * donation + rng.normal(0, 0.8, 150)).clip(1, 5).round(2),
        }
    )


if __name__ == "__main__":
    rng = np.random.default_rng(20260301)
    crossed(rng).to_csv(HERE / "crossed.csv", index=False)
    between(rng).to_csv(HERE / "between.csv", index=False)
