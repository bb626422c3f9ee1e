"""The command ``compassion``: one file per command, which parses, calls and prints."""
