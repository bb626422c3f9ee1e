"""Engines: each turns a :class:`~analysis.models.model.Model` into a ``Fit``."""
