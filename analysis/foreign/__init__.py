"""Reanalysis of published data from other projects."""
