"""The preregistration: a protocol's plan in two layouts, locked by a hash and checked later."""

from analysis.prereg.checking import check_prereg, read_prereg
from analysis.prereg.draft import Draft, draft
from analysis.prereg.lock import hash_of, locked
from analysis.prereg.writing import sessions_before, write_prereg

__all__ = [
    "Draft",
    "check_prereg",
    "draft",
    "hash_of",
    "locked",
    "read_prereg",
    "sessions_before",
    "write_prereg",
]
