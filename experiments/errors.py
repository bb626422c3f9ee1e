"""Errors whose message is for the user: a sentence on what is wrong, and what to do."""

from __future__ import annotations


class UserError(Exception):
    """Base of all errors whose message is meant for the person at the keyboard."""
