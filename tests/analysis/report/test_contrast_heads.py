"""The column of test statistics has its statistic as heading: t where degrees of freedom are finite, else z."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.planned.contrasts import NAMES, NUMBERS, TEXTS
from analysis.report.filters import templates


@pytest.mark.parametrize(
    ("df", "head"),
    [
        ([40.0, 12.5], "t"),
        ([np.inf, np.inf], "z"),
        ([40.0, np.inf], "t or z"),
        ([40.0, np.nan], "t"),
    ],
)
def test_statistics_are_headed_t_or_z(df, head):
    found = pd.DataFrame({name: [np.nan] * len(df) for name in (*NAMES, *NUMBERS, *TEXTS)})
    found = found.assign(
        df=df, model="gift", role="primary", contrast="a against b", label="a", part=""
    )
    page = str(templates().get_template("report/models.html.j2").module.contrasts(found, None))
    assert f">{head}</th>" in page
