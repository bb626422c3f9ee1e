"""Curves over the number of victims: M0 to M10 of the fact sheet, and the essay's three versions."""
