"""What participants answer after the treatment, which may have changed it."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.protocol.measures import Measure
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import places


def follows_treatment(measure: Measure, opened: OpenedStudy, treated: Mapping[str, int]) -> bool:
    """Return whether a measure is asked after the first screen on which a between-factor shows.

    Parameters
    ----------
    treated
        What ``first_treated`` returned for the study.
    """
    sessions = list(opened.study.flow)
    earlier = sessions[: sessions.index(measure.session)]
    at = treated.get(measure.session)
    return any(each in treated for each in earlier) or (at is not None and measure.screen > at)


def first_treated(opened: OpenedStudy) -> dict[str, int]:
    """Return, for each session, the first screen on which a between-factor shows."""
    between = {
        name
        for name, factor in opened.names.factors.items()
        if factor.varies in ("between", "sealed")
    }
    found: dict[str, int] = {}
    for place, value in places(opened.study):
        named = set(getattr(value, "by", ()) or ()) | set(getattr(value, "names", ()) or ())
        if isinstance(value, str):
            named = {name for name in between if f"{{{name}}}" in value}
        if named & between and place.screen < found.get(place.session, 1 << 30):
            found[place.session] = place.screen
    return found
