"""Likelihoods of our own: distributions of one answer, random intercepts, and the maximum."""
