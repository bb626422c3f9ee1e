"""The protocol file: its models and what is checked beyond them."""
