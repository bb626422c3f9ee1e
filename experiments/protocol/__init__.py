"""The protocol file: its models, and checks across its sections."""
