"""Likelihoods that are implemented here: distributions of a response, random intercepts, maximisation."""
