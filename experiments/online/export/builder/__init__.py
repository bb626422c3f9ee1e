"""Builder: the study as a ``.psyexp`` that opens in PsychoPy Builder, with our allocation as conditions files.

A hand-over to labs that want to see or sync the study there. It cannot carry what lab and browser
promise (allocation, crash safety, one schema); the README in each export states this.
"""
