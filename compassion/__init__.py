"""Behavioural experiments on compassion: one protocol file, from the lab to the verdict."""
