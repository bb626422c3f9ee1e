"""Marks in a text: headings, notes, paragraphs, and bold in every script."""

from __future__ import annotations

import pytest

from experiments.marked_text import blocks, spans


@pytest.mark.parametrize(
    ("text", "plain", "bold"),
    [
        ("a **b c** d", "a b c d", [(2, 3)]),
        ("**a**b**c**", "abc", [(0, 1), (2, 1)]),
        ("2 ** 3 ** 4", "2 ** 3 ** 4", []),
        ("open **end", "open **end", []),
        ("这是**“重点”**的", "这是“重点”的", [(2, 4)]),
        ('נתנו **"הכול"**ואז', 'נתנו "הכול"ואז', [(5, 6)]),
        ("two\n\n**para\n\ngraphs**", "two\n\npara\n\ngraphs", [(5, 12)]),
    ],
)
def test_bold_in_every_script(text, plain, bold):
    assert spans(text) == (plain, bold)


def test_a_text_is_headings_notes_and_paragraphs():
    made = blocks(
        "\n# Welcome\n# Hello\nto all\n\n1. One\n* two\n\n> Note\n \t\nEnd *here*.\n\n## Two\n"
    )
    assert [(block.type, block.text) for block in made] == [
        ("heading", "Welcome"),
        ("heading", "Hello"),
        ("text", "to all\n\n1. One\n* two"),
        ("note", "Note"),
        ("text", "End *here*.\n\n## Two"),
    ]
