"""Likelihoods of responses: one file each (see docs of every module)."""
