"""Curves over the group of the sufferer: P0 to P3, P8 (group by number), P9, P10."""
