"""Readiness: what a lab has to fill in before the first real participant."""

from __future__ import annotations

from collections.abc import Collection

from experiments.protocol import Protocol, is_open
from experiments.tasks.instructions import Instructions


def notes(protocol: Protocol, languages: Collection[str] = ()) -> list[str]:
    """Return what has to be filled in before the first real participant, in words.

    Parameters
    ----------
    languages
        Languages that participants will read (default: all).
    """
    needed = {
        "approval": "the number of the ethics approval",
        "contact": "whom participants can reach",
    }
    if any(step.task == "donation" for step in protocol.flow):
        needed["charity"] = "the registered charity that gifts go to"
    said = []
    for language in protocol.languages:
        if languages and language not in languages:
            continue
        values = protocol.values.get(language, {})
        said += [
            f"values: {language}: {name}: {what} is not filled in"
            for name, what in needed.items()
            if name not in values
        ]
        said += [
            f"values: {language}: {name}: still reads '{text}'"
            for name, text in values.items()
            if is_open(text)
        ]
    if any(
        isinstance(step, Instructions) and step.name == "content_notice" for step in protocol.flow
    ):
        return said
    return [
        *said,
        "flow: there is no content notice (an 'instructions' step with the id 'content_notice')",
    ]
