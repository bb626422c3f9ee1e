"""Studies: reading their protocols, running their sessions in the lab or online, and storing the data."""
