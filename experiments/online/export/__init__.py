"""A study as a folder for a web server, JATOS, Pavlovia or PsychoPy's Builder."""
