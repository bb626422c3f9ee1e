"""The lab: the only package that uses PsychoPy's window, with one module per kind of question in ``kinds``.

A screen becomes a ``Page`` (``page.py``): parts laid out for the size of the window and drawn by Qt into one
picture. PsychoPy shows the picture, times its flips, and provides key presses and clicks. Since Qt draws the
picture, a page can be viewed, measured and tested without a window (``preview.py``).
"""

import os
import sys
import time

if sys.platform == "linux":
    # Psychtoolbox, which gives PsychoPy its clock, would use the wall clock here: setting that in the middle of a
    # session would change onsets and response times. It reads this variable once, when it is first used.
    os.environ.setdefault("PSYCH_GETSECS_CLOCK", str(time.CLOCK_MONOTONIC))
