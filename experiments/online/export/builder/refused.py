"""What the pages of a Builder experiment cannot show: a sentence for each."""

from __future__ import annotations

from experiments.screen import Screen

KINDS_REFUSED = frozenset({"pick", "timed", "trace"})
"""Kinds of screens that the hand-over has no routine for."""


def why_refused(screen: Screen) -> str:
    """Return why a screen cannot be handed over, and what to do instead; '' if it can."""
    if screen.kind == "timed":
        return (
            "this hand-over shows pages only, and the study has timed trials ('show'). Run it with `compassion run`, or"
            " build the trials in Builder from the study's own CSV file."
        )
    if screen.panels:
        return (
            f"'{screen.id}' shows several levels together on one page, which the pages of Builder have no room for;"
            " export a mode without them, or for another target."
        )
    if screen.back:
        return (
            f"'{screen.id}' has a Back button, but the routines of this hand-over follow each other in one direction; take"
            " 'back' away, or export for another target."
        )
    if screen.until:
        return (
            f"'{screen.id}' waits for the experimenter, for which this hand-over has no routine; give the wait a 'time', or"
            " export for another target."
        )
    if screen.period:
        return (
            f"'{screen.id}' is in the period '{screen.period}', whose begin and end a routine of Builder does not mark; take"
            " 'period' away, or export for another target."
        )
    for ask in screen.asks:
        if screen.kind == "pick":
            return (
                f"'{ask.measure}' has {len(ask.options)} options in a list, and a page of Builder has no room for as many;"
                " export for another target, or ask for a text."
            )
        if screen.kind == "trace":
            return (
                f"'{ask.measure}' is a dial, which is rated continuously while the content shows; a routine of Builder has"
                " one answer to each question. Export for another target, or ask a slider after the content."
            )
        if ask.local:
            return (
                f"the answer to '{ask.measure}' must stay on the device, but Builder writes every answer into its data;"
                " take 'local' away, or export for another target."
            )
    return ""
