"""Stimulus sets with their pictures and norms, and instruments (scales)."""
