"""Builder: the study as a ``.psyexp`` that opens in PsychoPy Builder, with our allocation as conditions files.

A hand-over to labs that want to see or sync the study there. It lacks what the lab window and the browser page
guarantee (allocation, crash safety, the same rows); the README in each export says so.
"""
