"""NeuroKit2, which is installed only where signals are imported."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from analysis.errors import AnalysisError

VERSION = "0.2.13"
INSTALL = f"pip install 'compassion[physiology]' && pip install --no-deps neurokit2=={VERSION}"


def neurokit() -> Any:
    """Return the module.

    Raises
    ------
    AnalysisError
        If it is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module("neurokit2")
    except ImportError as error:
        raise AnalysisError(
            f"Signals are imported with NeuroKit2, which is not installed ({error}).",
            f"Install it: {INSTALL}",
        ) from error
