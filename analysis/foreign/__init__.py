"""Other people's data."""
