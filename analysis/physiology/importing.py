"""Import of recordings into the table beside the sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from analysis.errors import AnalysisError
from analysis.physiology.neurokit import neurokit
from analysis.physiology.periods import Period, periods
from analysis.physiology.recordings import Recording, read_recordings, refuse
from analysis.physiology.signals import Signals, read_signals
from analysis.physiology.windows import measured
from experiments.package import gather
from experiments.package.imported import SCHEMA, read_imported, write_imported
from experiments.protocol.signals import MEASURES


@dataclass(frozen=True)
class Imported:
    """What was imported."""

    file: Path
    table: pa.Table
    """The periods of the sessions in the list of recordings."""
    without: tuple[str, ...]
    """Sessions with periods for which no recording was ever imported."""

    @property
    def missing(self) -> Counter[str]:
        """Measure and reason -> number of periods."""
        every = (each for why in self.table["why"].to_pylist() for each in (why or "").split("; "))
        return Counter(filter(None, every))


def import_signals(
    folder: Path, recordings: Path, follow: Callable[[Iterable[Any]], Iterable[Any]] = iter
) -> Imported:
    """Import recordings: cut them by the periods of their sessions, and write the measures beside the sessions.

    Sessions that were imported before and are in the list are imported again; others stay as they are.

    Raises
    ------
    AnalysisError
        If NeuroKit2 is missing, or a file has a fault; nothing is written then.
    """
    neurokit()
    gathered = gather([folder])
    columns = ["participant", "session", "screen", "visit", "stimulus", "trial"]
    places: dict[tuple[Any, ...], tuple[Any, ...]] = {
        tuple(row.values())[:4]: tuple(row.values())[4:]
        for row in gathered.rows.select(columns).to_pylist()
    }
    of_sessions: dict[tuple[str, str], list[Period]] = {}
    for period in periods(gathered.events, places):
        of_sessions.setdefault((period.participant, period.session), []).append(period)
    if not of_sessions:
        raise AnalysisError(
            f"The sessions in {folder} have no periods.",
            "Name the periods in the study ('period: rest' at a step), and run it with this version.",
        )
    lines: list[dict[str, Any]] = []
    for recording in follow(read_recordings(recordings)):
        own = of_sessions.get((recording.participant, recording.session))
        if own is None:
            found = f"there is no session '{recording.session}' of '{recording.participant}' with periods in {folder}"
            refuse(recordings, recording.line, found, "Check the code and the session.")
        lines += _lines(recordings, recording, own)
    table = pa.Table.from_pylist(lines, SCHEMA)
    new = {(line["participant"], line["session"]) for line in lines}
    before = read_imported(folder).to_pylist()
    kept = [each for each in before if (each["participant"], each["session"]) not in new]
    file = write_imported(folder, pa.Table.from_pylist([*kept, *lines], SCHEMA))
    known = new | {(each["participant"], each["session"]) for each in kept}
    without = tuple(
        f"{who}/{session}" for who, session in of_sessions if (who, session) not in known
    )
    return Imported(file, table, without)


def _lines(listed: Path, recording: Recording, own: list[Period]) -> Iterator[dict[str, Any]]:
    """Yield the lines of one session."""
    signals = read_signals(recording)
    zero = _zero(listed, recording, own)
    completed = [each for each in own if each.end is not None]
    if not any(
        each.start - zero < signals.end and (each.end or 0.0) - zero > signals.begin
        for each in completed
    ):
        first, last = own[0].start - zero, (completed or own)[-1].start - zero
        refuse(
            listed,
            recording.line,
            f"the recording goes from {signals.begin:.1f} s to {signals.end:.1f} s, and with 'at: {recording.at:g}' the"
            f" periods of the session begin between {first:.1f} s and {last:.1f} s",
            "Correct 'at': the recorder's time, in seconds since its start, at the begin of the period.",
        )
    for period in own:
        values, why = _of(period, signals, zero)
        yield {
            "participant": period.participant,
            "session": period.session,
            "period": period.address,
            "screen": period.screen,
            "visit": period.visit,
            "begin": period.begin,
            "seconds": None if period.seconds is None else round(period.seconds, 3),
            **{name: values.get(name) for name in MEASURES},
            "why": why or None,
        }


def _of(period: Period, signals: Signals, zero: float) -> tuple[dict[str, float], str]:
    """Return the values of a period, and why some or all are missing."""
    if period.end is None:
        return {}, "the period was not completed"
    if period.held:
        return {}, f"a pause of {period.held:.3g} s is within the period"
    found = measured(signals, period.start - zero, period.end - zero)
    reasons: dict[str, list[str]] = {}
    for name, why in found.why.items():
        reasons.setdefault(why, []).append(name)
    return found.values, "; ".join(f"{', '.join(names)}: {why}" for why, names in reasons.items())


def _zero(listed: Path, recording: Recording, own: list[Period]) -> float:
    """Return when the recorder's clock was 0, in seconds since 1970."""
    named = [p for p in own if recording.period in (p.address, p.address.rpartition(".")[2])]
    addresses = list(dict.fromkeys(period.address for period in named))
    if not named:
        known = ", ".join(dict.fromkeys(period.address for period in own))
        found = f"the session has no period '{recording.period}'"
        refuse(listed, recording.line, found, f"Its periods are {known}.")
    if len(addresses) > 1:
        found = f"'{recording.period}' could be {' or '.join(addresses)}"
        refuse(listed, recording.line, found, "Write the whole address.")
    return named[0].start - recording.at
