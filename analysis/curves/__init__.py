"""Predicted curves: the catalogue, their fit to data, and the comparison of rivals."""
