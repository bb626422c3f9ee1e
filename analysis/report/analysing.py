"""The planned analysis of a study, with what a study of the planned size can tell: for the first page of its report."""

from __future__ import annotations

from functools import partial

from analysis import planned
from analysis.power import foretold

analyse = partial(planned.analyse, foretell=foretold)
analyse_data = partial(planned.analyse_data, foretell=foretold)
