"""Curves over social distance, the "radius": P4 to P7."""
