"""Summaries, tables and plots of loaded data, exclusions and scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from analysis.showing import SIMULATED, Part, Shown, written
from experiments.numbers import count, estimate, interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Loaded(Protocol):
    """Attributes of the data that ``DataLook`` needs."""

    @property
    def study(self) -> str: ...
    @property
    def simulated(self) -> bool: ...
    @property
    def modes(self) -> tuple[str, ...]: ...
    @property
    def sessions(self) -> pd.DataFrame: ...
    @property
    def rows(self) -> pd.DataFrame: ...
    @property
    def asked(self) -> pd.DataFrame: ...
    @property
    def trials(self) -> pd.DataFrame: ...
    @property
    def damage_notes(self) -> tuple[str, ...]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


class Audited(Protocol):
    """Attributes of the exclusions that ``ExcludedLook`` needs."""

    @property
    def data(self) -> Loaded: ...
    @property
    def without(self) -> Loaded: ...
    @property
    def counts(self) -> pd.DataFrame: ...
    @property
    def flow(self) -> pd.DataFrame: ...
    @property
    def trials(self) -> pd.DataFrame: ...


class Scored(Protocol):
    """Attributes of the scores that ``ScoresLook`` needs."""

    @property
    def scores(self) -> pd.DataFrame: ...
    @property
    def items(self) -> Mapping[str, pd.DataFrame]: ...
    @property
    def reliability(self) -> pd.DataFrame: ...


class DataLook(Shown):
    """Display of ``Data``: outcomes of the sessions, and the measures."""

    def table(self: Loaded) -> pd.DataFrame:
        """Return one row per trial; ``participants``, ``sessions`` and ``rows`` are the other frames."""
        return self.trials.copy()

    def plot(self: Loaded, axes: Axes | None = None) -> Axes:
        """Draw how the sessions ended."""
        from analysis.showing.axes import bars

        ended = _ended(self.sessions)
        across = "sessions (SIMULATED)" if self.simulated else "sessions"
        return bars(axes, ended.index.tolist(), ended.tolist(), across)

    def parts(self: Loaded) -> Iterator[Part]:
        """Return the number of sessions, their outcomes, the measures, and notes on damage."""
        sessions = count(len(self.sessions), "session", "sessions")
        ended = ", ".join(f"{count(n)} {name}" for name, n in _ended(self.sessions).items())
        lines = [SIMULATED] if self.simulated else []
        lines.append(f"{sessions}: {ended}. Modes: {', '.join(self.modes) or 'none'}.")
        asked = self.asked[self.asked["phase"] != "practice"]
        in_trials = asked["phase"] == "trials"
        for name, rows in (("trials", asked[in_trials]), ("participants", asked[~in_trials])):
            measures = ", ".join(rows["measure"].dropna().unique())
            lines.append(f"{name}: {measures or 'no measures'}.")
        yield Part(f"Data of {self.study}", tuple(lines))
        if notes := (*self.damage_notes, *self.notes):
            yield Part("Notes", tuple(f"- {note}" for note in notes))


class ExcludedLook(Shown):
    """Display of exclusions: the flow of sessions, and the rules."""

    def table(self: Audited) -> pd.DataFrame:
        """Return one row per rule with the number of sessions that it excludes; ``audit`` lists the sessions."""
        return self.counts.copy()

    def plot(self: Audited, axes: Axes | None = None) -> Axes:
        """Draw the number of sessions left after each rule."""
        from analysis.showing.axes import bars

        across = "sessions left (SIMULATED)" if self.data.simulated else "sessions left"
        return bars(axes, self.flow["step"].tolist(), self.flow["left"].tolist(), across)

    def parts(self: Audited) -> Iterator[Part]:
        """Return the sessions left after each rule, and the number excluded by each."""
        kept, before = len(self.data.sessions), len(self.without.sessions)
        lines = [SIMULATED] if self.data.simulated else []
        lines.append(
            f"{count(kept, 'session is', 'sessions are')} analysed, of {count(before)} left by the rules that"
            " always apply."
        )
        yield Part(f"Exclusions of {self.data.study}", tuple(lines))
        yield Part("Sessions left after each rule", (), written(self.flow))
        yield Part(
            "Sessions to which each rule applies (several rules can apply to one session)",
            (),
            written(self.counts),
        )
        if len(self.trials):
            yield Part("Trials left after each rule", (), written(self.trials))


class ScoresLook(Shown):
    """Display of scores: their reliability."""

    def table(self: Scored) -> pd.DataFrame:
        """Return one row per session, with a column for each score."""
        return self.scores.copy()

    def plot(self: Scored, axes: Axes | None = None) -> Axes:
        """Draw the alpha of each score with its 95 % interval."""
        from analysis.showing.axes import intervals

        names = {"alpha": "estimate", "alpha_low": "ci_low", "alpha_high": "ci_high"}
        table = self.reliability.rename(columns=names)
        return intervals(axes, table["score"].tolist(), table, "alpha (95% interval)", zero=False)

    def parts(self: Scored) -> Iterator[Part]:
        """Return mean, SD and reliability of each score."""
        about = self.reliability
        if not len(about):
            yield Part("Scores", ("No scale was answered in these data.",))
            return
        names = about["score"].tolist()
        # What the study averages itself, or asks several times, is in no column of ``scores``.
        values = [
            self.scores[name] if name in self.scores else self.items[name].mean(axis=1)
            for name in names
        ]
        shown = {
            "score": names,
            "items": [count(n) for n in about["items"]],
            "mean": [estimate(own.mean(), 2) for own in values],
            "SD": [estimate(own.std(), 2) for own in values],
        }
        for kind in ("alpha", "omega"):
            ends = about[[kind, f"{kind}_low", f"{kind}_high"]].to_numpy().tolist()
            shown[f"{kind} [95% CI]"] = [
                f"{estimate(value, 2)} {interval(low, high, 2)}" for value, low, high in ends
            ]
        shown["note"] = about["note"].tolist()
        yield Part("Scores and their reliability", (), pd.DataFrame(shown))


def _ended(sessions: pd.DataFrame) -> pd.Series:
    """Count the sessions by outcome."""
    return sessions["outcome"].fillna("not ended").value_counts(sort=False)
