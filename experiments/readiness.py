"""Readiness: what a lab has to fill in before the first real participant."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from experiments.tasks.instructions import Instructions

if TYPE_CHECKING:
    from experiments.protocol import Protocol


def notes(protocol: Protocol, languages: Collection[str] = ()) -> list[str]:
    """Return what has to be filled in before the first real participant, in words.

    Parameters
    ----------
    languages
        Languages that participants will read (default: all).
    """
    said = []
    if not protocol.ethics.approval:
        said.append("ethics: approval: the number of the ethics approval is not filled in")
    if not protocol.ethics.contact:
        said.append("ethics: contact: nobody is named whom participants can reach")
    if not protocol.ethics.charity and any(
        mode.stakes.kind != "hypothetical" for mode in protocol.modes.values()
    ):
        said.append(
            "ethics: charity: gifts are real, but the charity and its registration number are not filled in"
        )
    for language, values in protocol.values.items():
        if languages and language not in languages:
            continue
        said += [
            f"values: {language}: {name}: still reads '{text}'"
            for name, text in values.items()
            if text.startswith("[")
        ]
    if any(
        isinstance(step, Instructions) and step.name == "content_notice" for step in protocol.flow
    ):
        return said
    return [
        *said,
        "flow: there is no content notice (an 'instructions' step with the id 'content_notice')",
    ]
