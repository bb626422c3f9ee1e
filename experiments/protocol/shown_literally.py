"""Signs in texts that look like markup, and that participants see as they are."""

from __future__ import annotations

import re

from experiments.files.faults import Findings
from experiments.marked_text import spans, split_paragraphs
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.texts import texts

_HEADING = re.compile(r"#{1,6}[^\s#]|##+ ")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def shown_literally(opened: OpenedStudy) -> Findings:
    """Yield each sign of a text for participants that was probably meant as markup."""
    for key, text in texts(opened.study):
        for paragraph in split_paragraphs(text):
            if heading := _HEADING.match(paragraph):
                yield (
                    key,
                    f"participants see the signs '{heading[0].rstrip()}'",
                    "Write '# ' for a heading.",
                )
            if "**" in spans(paragraph)[0]:
                yield (
                    key,
                    "participants see two asterisks, '**'",
                    "Bold words have them on both sides: **words**.",
                )
            if tag := _TAG.search(paragraph):
                yield (
                    key,
                    f"participants see '{tag[0]}'",
                    "There is no HTML in texts; bold words are **words**.",
                )
