"""What an opened study says of the items of its loops."""

from __future__ import annotations

import pytest

from experiments.marked_text import TextError


def test_the_text_of_an_item_is_the_column_of_its_levels(desk):
    columns = [
        f"text.{cause}.{group}" for cause in ("own", "chance") for group in ("ours", "theirs")
    ]
    desk.write("people.csv", f"item,{','.join(columns)}\na,A,B,C,D\nb,E,F,G,H\n")
    variant = ("    rotate: group", "    rotate: group\n    variant: {by: [cause, group]}")
    study = desk.open(desk.small(variant))
    (loop,) = study.names.loops
    fields = {name: cells[0] for name, cells in study.items["people"].fields.items()}
    assert study.item_text(loop, "a", "chance ours", "en", {}, fields) == "C"
    with pytest.raises(TextError, match=r"there is no column 'text.9.ours' in people.csv"):
        study.item_text(loop, "a", "9 ours", "en", {}, fields)
