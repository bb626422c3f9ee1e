"""A late returner's data say that somebody else has had the slot."""

from __future__ import annotations

from pathlib import Path

from apart import run
from small_export import make_export, rows_of

from experiments.online.collector import read_export
from experiments.online.collector.allocation import Opening
from experiments.online.collector.keeping import Post
from experiments.online.collector.rows import text_of
from experiments.online.collector.store import Listening, Store
from experiments.online.recruitment import Arrival
from experiments.online.results import read_results


def test_the_import_is_told_of_a_late_returner(tmp_path: Path) -> None:
    export = read_export(make_export(tmp_path / "export", slots=4))
    listening = Listening(lambda: 0.0, lambda: 0.0)
    listening.minutes = lambda: 1000.0  # type: ignore[method-assign]
    store = Store(tmp_path / "study.sqlite", export.study, listening)

    async def collect() -> list[str]:
        opened = []
        for time in ("2026-01-01T10:00:00.000Z", "2026-01-01T20:00:00.000Z"):
            one = await store.open(Opening(Arrival("direct", None), None, "en", time))
            assert one is not None
            opened.append(one)
            about = {
                "participant": one.participant,
                "session": one.session,
                "timeline": export.timeline(one.slot, "en").to_json(),
            }
            rows = tuple((row["sequence"], text_of(row)) for row in rows_of(about))
            await store.keep(Post(one.session, rows, time=time))
        first, second = opened
        assert first.slot == second.slot == 1
        await store.keep(Post(first.session, (), drafts="{}", time="2026-01-01T20:10:00.000Z"))
        return [first.session, second.session]

    late, other = run(collect())
    store.close()
    results = read_results("collector", [str(tmp_path / "study.sqlite")])
    assert results.events[late] == [
        {"event": "surplus", "time": "2026-01-01T20:10:00.000Z", "detail": {"slot": 1}}
    ]
    assert other not in results.events
    assert late in results.given_up
