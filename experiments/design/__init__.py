"""The design: what a study declares, and the allocation list made from it."""
