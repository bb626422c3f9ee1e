"""Engines: each turns a :class:`~analysis.models.design.Model` into a ``Fit``."""
