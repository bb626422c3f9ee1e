"""Sessions on disk: collections, journals, the allocation of slots."""
