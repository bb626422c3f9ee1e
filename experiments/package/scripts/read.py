"""Run in the folder of the package."""

import pandas

rows = pandas.read_parquet("derivatives/tidy/rows.parquet")
sessions = pandas.read_parquet("derivatives/tidy/sessions.parquet")
