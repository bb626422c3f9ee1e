"""The predicted curves, one file per research question: every curve in these files is in the catalogue."""
