"""The predicted curves, a file for each question: every curve in these files is in the catalogue."""
