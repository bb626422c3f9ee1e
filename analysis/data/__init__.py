"""Collected rows: loaded, excluded, scored."""
