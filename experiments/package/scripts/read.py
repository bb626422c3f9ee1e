"""Run this in the folder of the data package."""

import pandas

rows = pandas.read_parquet("derivatives/tidy/rows.parquet")
sessions = pandas.read_parquet("derivatives/tidy/sessions.parquet")
