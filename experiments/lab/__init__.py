"""The lab: the only room that knows PsychoPy's window. One drawer per screen kind.

A screen becomes a ``Page`` (``page.py``): parts laid out for the window's size, drawn by Qt into one
picture. PsychoPy shows that picture, stamps its flips, and brings keys and clicks. Because Qt draws,
a page can be seen, measured and tested without any window (``preview.py``).
"""
