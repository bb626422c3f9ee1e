"""The preregistration: the plan of a protocol told in two layouts, locked by a hash, checked later."""

from analysis.prereg.checking import check_prereg, read_prereg
from analysis.prereg.draft import draft_blocks, draft_results
from analysis.prereg.lock import hash_of, locked
from analysis.prereg.writing import sessions_before, write_prereg

__all__ = [
    "check_prereg",
    "draft_blocks",
    "draft_results",
    "hash_of",
    "locked",
    "read_prereg",
    "sessions_before",
    "write_prereg",
]
