"""User errors: errors whose message says what is wrong and what to do about it."""

from __future__ import annotations


class UserError(Exception):
    """Base class of all errors whose message is written for the user."""
