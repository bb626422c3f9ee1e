"""Stimulus sets, their pictures and norms, and instruments."""
