"""What every result shows of itself: a summary to read, a table, a plot, and HTML for notebooks."""

from analysis.showing.shown import Part, Shown, Summary, written

__all__ = ["Part", "Shown", "Summary", "written"]
