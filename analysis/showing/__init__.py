"""Display of results: a summary, a table, a plot, and HTML for notebooks."""

from analysis.showing.shown import SIMULATED, Part, Shown, Summary, written

__all__ = ["SIMULATED", "Part", "Shown", "Summary", "written"]
