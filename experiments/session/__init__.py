"""Sessions as files: collections, journals and allocation logs."""
