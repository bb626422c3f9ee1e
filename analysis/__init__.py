"""From rows to conclusions: load, exclude, score, fit, compare, report; and the hypotheses."""
