"""Of two lines that do not fit, the one that is more likely to be wrong is reported."""

from __future__ import annotations

import pytest

from experiments.files.indentation import wrong_indentation


@pytest.mark.parametrize(
    ("text", "number", "line", "column", "remedy"),
    [
        # The line itself.
        ("a:\n  b: 1\n   c: 2", 2, 2, 3, "Begin it in column 3 (as 'b')."),
        ("a:\n    b: 1\n  c: 1\nd: 2", 2, 2, 2, "Begin it in column 1 (as 'a') or 5 (as 'b')."),
        ("a:\n  - b: 1\n   c: 2", 2, 2, 3, "Begin it in column 3 (as '-') or 5 (as 'b')."),
        # The line above, in an odd column.
        ("a:\n   b: 1\n  c: 2", 2, 1, 3, "Begin it in column 3 (as 'c')."),
        ("a:\n b:\n    c: 1\n  d: 2", 3, 1, 1, "Begin it in column 3 (as 'd')."),
        ("z: 1\n  y: 2\na:\n   b: 1\n  c: 2", 4, 3, 3, "Begin it in column 3 (as 'c')."),
        # The line above, alone in its column.
        ("a:\n    b: 1\n  c: 2\n  d: 3", 2, 1, 4, "Begin it in column 3 (as 'c')."),
        ("a:\n  - b\n    - c\n    - d", 2, 1, 2, "Begin it in column 5 (as '-')."),
        # The line above, between two lines of this column, or just below its key.
        ("a:\n  b: 1\nc: 2\n  d: 3\n  e: 4", 3, 2, 0, "Begin it in column 3 (as 'd')."),
        ("a:\n  b:\n  c: 1\n    d: 2", 3, 2, 2, "Begin it in column 5 (as 'd')."),
        # Not a key behind a dash.
        ("a:\n  - b: 1\n      c: 2\n      d: 3", 2, 2, 6, "Begin it in column 5 (as 'b')."),
        ("a:\n  - b: 1\n  c: 2\n  - d: 3", 2, 2, 2, "Begin it in column 1 (as 'a') or 5 (as 'b')."),
        # Lines of a text below a key.
        ("a: |\n    One\n  Two\n  Three", 2, 1, 4, "Begin it in column 3."),
        ("a: |\n    One\n    Two\n  Three", 3, 3, 2, "Begin it in column 5."),
        # They are no neighbours of a key.
        ("a:\n  b: |\n      One\n    c: 1", 3, 3, 4, "Begin it in column 3 (as 'b')."),
    ],
)
def test_the_line_and_its_neighbours(text, number, line, column, remedy):
    trap = wrong_indentation(text.split("\n"), number)
    assert (trap.line, trap.column, trap.remedy) == (line, column, remedy)
