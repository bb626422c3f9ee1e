"""The lab: the only package that uses PsychoPy's window, with one module per kind of question in ``kinds``.

A screen becomes a ``Page`` (``page.py``): parts laid out for the size of the window and drawn by Qt into one
picture. PsychoPy shows the picture, times its flips, and provides key presses and clicks. Since Qt draws the
picture, a page can be viewed, measured and tested without a window (``preview.py``).
"""
