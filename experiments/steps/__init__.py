"""Steps: one file for each kind of step, which says what screens it makes."""
