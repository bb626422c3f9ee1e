"""File labels: a name for any participant or session code that every file system and BIDS accept."""

from __future__ import annotations

import hashlib
import re


def label(code: str) -> str:
    """Return a label of letters and digits that stands for a code, the same one for the same code.

    Lower-case codes of letters and digits are their own label; all others (upper case too, since some
    file systems do not tell it from lower case) get the start of their hash behind what is left of them.

    >>> label("p01")
    'p01'
    >>> label("../O'Neil 😀")
    'oneilxe558cdb6'
    """
    if re.fullmatch(r"[a-z0-9]{1,40}", code):
        return code
    kept = re.sub(r"[^a-z0-9]", "", code.lower())[:20]
    return f"{kept}x{hashlib.sha256(code.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
