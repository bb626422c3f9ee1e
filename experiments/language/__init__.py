"""The short phrases of a study file: conditions, amounts, formulas, contrasts, columns, exclusions and ``{names}``.

Each file reads one kind of phrase into frozen data and writes it again: ``parse(str(parse(text))) == parse(text)``.
None of them knows the study: whether a name, a level or a curve exists is checked elsewhere.
"""
