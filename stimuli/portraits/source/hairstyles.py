"""The list of hairstyles: what is drawn behind the head, and what in front of it."""

from __future__ import annotations

import hair_long as gathered
import hair_short as short
from hair import Part, nothing

STYLES: dict[str, tuple[Part, Part]] = {
    "crop": (nothing, short.crop),
    "buzz": (nothing, short.buzz),
    "parted": (nothing, short.parted),
    "fringe": (nothing, short.fringe),
    "waves": (nothing, short.waves),
    "curls": (nothing, short.curls),
    "afro": (short.afro_back, short.afro),
    "puffs": (gathered.puffs_back, gathered.puffs),
    "braids": (gathered.braids_back, gathered.braids),
    "long": (gathered.long_back, gathered.long),
    "wavy": (gathered.wavy_back, gathered.wavy),
    "bob": (gathered.bob_back, gathered.bob),
    "tail": (gathered.tail_back, gathered.drawn_back),
    "rows": (gathered.rows_back, gathered.rows),
    "loose": (gathered.loose_back, gathered.loose),
}

#: Styles that cover the ears.
OVER_EARS = frozenset({"long", "wavy", "bob", "loose"})
