"""The contract by which every renderer gives the same rows: scripted walks through ``every_kind``.

A walk lists the answers at each showing of a screen: a value, or None where the item is skipped, or
``LEAVE`` to leave the study; ``BACK`` beside the answers so far goes back. ``EXPECTED`` states, by hand, what the rows must contain; the committed
``every_kind.<language>.rows.json`` holds for each walk its responses and its full rows, without the
columns in which renderers may differ (``CLOCKS_AND_RENDERER``).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from words import WORDS

from experiments.schema import CLOCKS_AND_RENDERER
from experiments.screen import Answer, Response, Screen, shown_after
from experiments.timeline.session_run import SessionIdentity, SessionRun

LEAVE = "leave"
BACK = "(back)"
Answers = dict[str, Answer]
Walk = dict[str, list[Answers | str]]


def walks(language: str) -> dict[str, Walk]:
    """Return the scripted walks: screen -> what is answered at its first, second, ... showing."""
    words = WORDS[language]
    answered: Walk = {
        "consent.agree": [{"consent": "yes"}],
        **{f"choose.{count}": [{"thought": f"o{count}"}] for count in range(2, 9)},
        # Back without an answer, and the same answer again.
        "choose.3": [{BACK: None}, {"thought": "o3"}],
        "choose.2": [{"thought": "o2"}, {"thought": "o2"}],
        "choose.pictures.2": [{"preference": "b"}],
        "choose.pictures.4": [{"preference": "c"}],
        "pick.many": [{"place": "o17"}],
        "check.units": [{"units": "ten"}, {"units": "one"}],
        # Back with an answer, and other answers than before.
        "rate.feelings": [
            {f"feeling{item}": 6 - item for item in range(1, 6)},
            {f"feeling{item}": item for item in range(1, 6)},
        ],
        "rate.seven": [{BACK: None, "impact": 2}, {"impact": 7}],
        "rate.numbered": [{"numbered": 2}],
        "rate.required": [{"closer": -2}],
        "mark.2": [{"line1": 0, "line2": 100}, {"line1": 0, "line2": 100}],
        "mark.3": [{BACK: None, "line2": 8}, {"line1": 50, "line2": 73, "line3": 8}],
        "mark.4": [{"line1": 1, "line2": 99, "line3": 25, "line4": 60}],
        "trace.short": [
            {
                "felt": "0.4: 30 30 30 30 70 70 70 70 70 70 70",
                "felt.mean": 55.455,
                "felt.peak": 70,
                "felt.slope": 3054.545,
            }
        ],
        "give.five": [{"donation": 4}, {"donation": 2}],
        "give.twenty": [{BACK: None}, {"donation": 13}],
        "give.cents": [{"donation": 1.5}],
        "select.none": [{"had.a": 0, "had.b": 0, "had.c": 0, "had.d": 1}],
        # Twice back; of a question in parts, some were answered.
        "select.some": [
            {"did.a": 1, "did.b": 1, "did.c": 1, "did.d": 0},
            {"did.a": 1, "did.b": 0, "did.c": 1, "did.d": 0},
        ],
        "rank.four": [
            {"values.a": 3, "values.b": 1, "values.c": 4, "values.d": 2},
            {BACK: None, "values.a": 3, "values.b": 1, "values.c": 4, "values.d": 2},
            {"values.a": 3, "values.b": 1, "values.c": 4, "values.d": 2},
        ],
        "split.ten": [
            {BACK: None, "pools.a": 4},
            {"pools.a": 4, "pools.b": 6, "pools.c": 0},
        ],
        "split.cents": [{"cents.a": 0.5, "cents.b": 1, "cents.c": 1.5}],
        "joint.gift": [{"joint.gift@1": 4, "joint.gift@2": 5}],
        "joint.felt": [
            {"joint.felt1@1": 7, "joint.felt2@1": 1, "joint.felt1@2": 2, "joint.felt2@2": 6}
        ],
        "joint.one": [{"joint.only@2": 5}],
        "joint.pools": [
            {"joint.pools.a@1": 1, "joint.pools.b@1": 3, "joint.pools.a@2": 4, "joint.pools.b@2": 0}
        ],
        "decide.list": [
            {"forgone.at_85": 1, "forgone.at_65": 1, "forgone.at_35": 0, "forgone.at_5": 0}
        ],
        "decide.one": [{"alone.at_65": 0}],
        "timed.key": [{"quick": "kind"}],
        "timed.right": [{"sort": "unkind", "sort.first": "unkind"}],
        "timed.late": [{"late": None}],
        # Twice back; a text was too short.
        "write.line": [{"word": words["typed_lines"][:5]}, {"word": words["typed_line"]}],
        "write.lines": [
            {"thoughts": words["typed_line"]},
            {BACK: None, "thoughts": words["typed_line"]},
            {"thoughts": words["typed_lines"]},
        ],
        "write.least": [
            {BACK: None, "reasons": words["typed_lines"][:3]},
            {"reasons": words["typed_lines"]},
        ],
        "write.decimal": [{"price": 10.5}],
        "write.local": [{"friend": words["typed_lines"][:6]}, {"friend": words["typed_line"]}],
        "read.local": [{BACK: None}, {}],
        "write.age": [{"age": 34}],
    }
    skipped: Walk = {
        screen: [dict.fromkeys(showing) for showing in showings]
        for screen, showings in answered.items()
        if screen not in {"check.units"} and not screen.startswith("timed.")
    }
    skipped["consent.agree"] = [{"consent": "yes"}]
    skipped["check.units"] = [{"units": None}, {"units": None}]
    skipped["rate.feelings"] = 2 * [
        {"feeling1": 5, "feeling2": None, "feeling3": 1, "feeling4": None, "feeling5": 3}
    ]
    skipped["timed.key"] = [{"quick": "unkind"}]
    skipped["timed.right"] = [{"sort": "kind", "sort.first": "kind"}]
    skipped["timed.late"] = [{"late": None}]
    skipped["mark.2"] = [{"line1": 7, "line2": 40}, {"line1": None, "line2": 40}]
    skipped["joint.gift"] = [{"joint.gift@1": None, "joint.gift@2": 0}]
    skipped["joint.pools"] = [
        {
            "joint.pools.a@1": 2,
            "joint.pools.b@1": 2,
            "joint.pools.a@2": None,
            "joint.pools.b@2": None,
        }
    ]
    skipped["split.cents"] = [{"cents.a": 3, "cents.b": 0, "cents.c": 0}]
    skipped["decide.one"] = [{"alone.at_65": 1}]
    skipped["rate.required"] = [{"closer": 3}]
    skipped["give.twenty"] = [{BACK: None, "donation": None}, {"donation": 0}]
    skipped["write.decimal"] = [{"price": 9.25}]
    skipped["write.age"] = [{"age": 20}]
    return {
        "answered": answered,
        "skipped": skipped,
        "declined": {"consent.agree": [{"consent": "no"}]},
        "left": {**answered, "rate.feelings": [LEAVE]},
    }


#: The required content of some rows of each walk, in English: (measure, value, number, unit, status, correct).
EXPECTED: dict[str, dict[tuple[str, int], list[tuple[Any, ...]]]] = {
    "answered": {
        ("welcome", 1): [("read", None, None, None, "shown", None)],
        ("look.pictures", 1): [("look", None, None, None, "shown", None)],
        ("look.film", 1): [("look", None, None, None, "shown", None)],
        ("read.sound", 1): [("read", None, None, None, "shown", None)],
        ("choose.8", 1): [("thought", "o8", None, None, "answered", None)],
        ("choose.pictures.4", 1): [("preference", "c", None, None, "answered", None)],
        ("pick.many", 1): [("place", "o17", None, None, "answered", True)],
        ("check.units", 1): [("units", "ten", None, None, "answered", False)],
        ("check.help", 2): [("read", None, None, None, "shown", None)],
        ("check.units", 2): [("units", "one", None, None, "answered", True)],
        ("rate.feelings", 2): [
            (f"feeling{item}", str(item), item, "points", "answered", None) for item in range(1, 6)
        ],
        ("rate.required", 1): [("closer", "-2", -2, "points", "answered", None)],
        ("mark.2", 1): [
            ("line1", "0", 0, "points", "answered", None),
            ("line2", "100", 100, "points", "answered", None),
        ],
        ("choose.3", 1): [("thought", None, None, None, "back", None)],
        ("choose.2", 2): [("thought", "o2", None, None, "answered", None)],
        ("choose.3", 2): [("thought", "o3", None, None, "answered", None)],
        ("rate.seven", 1): [("impact", "2", 2, "points", "back", None)],
        ("rate.seven", 2): [("impact", "7", 7, "points", "answered", None)],
        ("split.ten", 1): [
            ("pools.a", "4", 4, "USD", "back", None),
            ("pools.b", None, None, "USD", "back", None),
            ("pools.c", None, None, "USD", "back", None),
        ],
        ("rank.four", 2): [
            (f"values.{letter}", str(place), place, None, "back", None)
            for letter, place in zip("abcd", (3, 1, 4, 2), strict=True)
        ],
        ("write.least", 1): [("reasons", "She", None, None, "back", None)],
        ("read.local", 1): [("read", None, None, None, "back", None)],
        ("read.local", 2): [("read", None, None, None, "shown", None)],
        ("trace.short", 1): [
            ("felt", "0.4: 30 30 30 30 70 70 70 70 70 70 70", None, None, "answered", None),
            ("felt.mean", "55.455", 55.455, "points", "answered", None),
            ("felt.peak", "70", 70, "points", "answered", None),
            ("felt.slope", "3054.545", 3054.545, "points per minute", "answered", None),
        ],
        ("give.cents", 1): [("donation", "1.5", 1.5, "USD", "answered", None)],
        ("select.some", 2): [
            (f"did.{letter}", str(chosen), chosen, None, "answered", None)
            for letter, chosen in zip("abcd", (1, 0, 1, 0), strict=True)
        ],
        ("select.none", 1): [
            (f"had.{letter}", str(chosen), chosen, None, "answered", None)
            for letter, chosen in zip("abcd", (0, 0, 0, 1), strict=True)
        ],
        ("rank.four", 1): [
            (f"values.{letter}", str(place), place, None, "answered", None)
            for letter, place in zip("abcd", (3, 1, 4, 2), strict=True)
        ],
        ("split.ten", 2): [
            (f"pools.{letter}", str(amount), amount, "USD", "answered", None)
            for letter, amount in zip("abc", (4, 6, 0), strict=True)
        ],
        ("split.cents", 1): [
            ("cents.a", "0.5", 0.5, "USD", "answered", None),
            ("cents.b", "1", 1, "USD", "answered", None),
            ("cents.c", "1.5", 1.5, "USD", "answered", None),
        ],
        ("joint.gift", 1): [
            ("joint.gift", "4", 4, "USD", "answered", None),
            ("joint.gift", "5", 5, "USD", "answered", None),
        ],
        ("joint.one", 1): [("joint.only", "5", 5, "points", "answered", None)],
        ("joint.pools", 1): [
            (f"joint.pools.{letter}", str(amount), amount, "USD", "answered", None)
            for letter, amount in (("a", 1), ("b", 3), ("a", 4), ("b", 0))
        ],
        ("decide.list", 1): [
            (f"forgone.at_{amount}", str(chosen), chosen, None, "answered", None)
            for amount, chosen in ((85, 1), (65, 1), (35, 0), (5, 0))
        ],
        ("timed.key", 1): [
            ("show.1", None, None, None, "shown", None),
            ("show.2", None, None, None, "shown", None),
            ("show.3", None, None, None, "skipped", None),
            ("show.4", None, None, None, "shown", None),
            ("quick", "kind", None, None, "answered", True),
        ],
        ("timed.right", 1): [
            ("show.1", None, None, None, "shown", None),
            ("show.2", None, None, None, "shown", None),
            ("sort", "unkind", None, None, "answered", False),
            ("sort.first", "unkind", None, None, "answered", False),
        ],
        ("timed.late", 1): [
            ("show.1", None, None, None, "shown", None),
            ("show.2", None, None, None, "shown", None),
            ("late", None, None, None, "skipped", None),
        ],
        ("timed.pictures", 1): [
            ("show.1", None, None, None, "shown", None),
            ("show.2", None, None, None, "shown", None),
        ],
        ("write.line", 2): [("word", "warm", None, None, "answered", None)],
        ("write.lines", 3): [
            (
                "thoughts",
                'She said "no", then left.\nAnd so did I.',
                None,
                None,
                "answered",
                None,
            )
        ],
        ("write.decimal", 1): [("price", "10.5", 10.5, None, "answered", True)],
        ("write.local", 1): [("friend", None, None, None, "answered", None)],
        ("write.age", 1): [("age", "34", 34, "years", "answered", None)],
    },
    "skipped": {
        ("choose.2", 1): [("thought", None, None, None, "skipped", None)],
        ("check.units", 2): [("units", None, None, None, "skipped", None)],
        ("rank.four", 1): [
            (f"values.{letter}", None, None, None, "skipped", None) for letter in "abcd"
        ],
        ("timed.key", 1): [
            *((f"show.{n}", None, None, None, "shown", None) for n in range(1, 5)),
            ("quick", "unkind", None, None, "answered", False),
        ],
        ("mark.2", 2): [
            ("line1", None, None, "points", "skipped", None),
            ("line2", "40", 40, "points", "answered", None),
        ],
        ("trace.short", 1): [
            ("felt", None, None, None, "skipped", None),
            ("felt.mean", None, None, "points", "skipped", None),
            ("felt.peak", None, None, "points", "skipped", None),
            ("felt.slope", None, None, "points per minute", "skipped", None),
        ],
        ("give.five", 1): [("donation", None, None, "USD", "skipped", None)],
        ("joint.gift", 1): [
            ("joint.gift", None, None, "USD", "skipped", None),
            ("joint.gift", "0", 0, "USD", "answered", None),
        ],
        ("write.decimal", 1): [("price", "9.25", 9.25, None, "answered", False)],
        ("write.local", 1): [("friend", None, None, None, "skipped", None)],
        ("give.twenty", 2): [("donation", "0", 0, "USD", "answered", None)],
        ("write.age", 1): [("age", "20", 20, "years", "answered", None)],
        ("ineligible", 1): [("read", None, None, None, "shown", None)],
    },
    "declined": {("declined", 1): [("read", None, None, None, "shown", None)]},
    "left": {
        ("rate.feelings", 1): [("leave", None, None, None, "left", None)],
        ("left", 1): [("read", None, None, None, "shown", None)],
    },
}


def scripted(walk: Walk, screen: Screen, visit: int) -> Answers | str:
    """Return the answers of a walk at a showing of a screen (nothing where nothing is asked)."""
    return walk[screen.id][visit - 1] if screen.id in walk else {}


def response(walk: Walk, screen: Screen, visit: int) -> Response:
    """Return the response of a walk to a showing of a screen."""
    given = scripted(walk, screen, visit)
    answers: Answers = {} if isinstance(given, str) else dict(given)
    way = "leave" if given == LEAVE else "back" if BACK in answers else "on"
    answers.pop(BACK, None)
    shown = dict.fromkeys(shown_after(screen, answers), (0.0, 0.0))
    return Response(answers, {}, 0.0, "none", way, shown)


def rows_of(language: str, walk: Walk) -> list[dict[str, Any]]:
    """Walk through the timeline without drawing; return the rows without clocks and renderer."""
    from every_kind import build

    run = SessionRun(build(language), SessionIdentity("p", "1", True, "none"), clock=lambda: "")
    rows = []
    while (screen := run.current()) is not None:
        rows += run.take(response(walk, screen, run.visit))
    return [without_clocks(row) for row in rows]


def without_clocks(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row without the columns in which renderers may differ."""
    return {name: value for name, value in row.items() if name not in CLOCKS_AND_RENDERER}


def walks_with_rows(language: str) -> dict[str, Any]:
    """Return every walk with its rows, as committed for the browser's tests."""
    return {
        name: {"walk": walk, "rows": rows_of(language, walk)}
        for name, walk in walks(language).items()
    }


def check_times(rows: list[dict[str, Any]]) -> None:
    """Check that every answer has a time, but for late keys and displays that were passed over.

    Questions that are open at Back have none, nor have answers that were left as they were before it.
    """
    for row in rows:
        time = row["response_time"]
        assert time is None or time >= 0
        late = row["screen"].startswith("timed.") and row["status"] == "skipped"
        is_open = row["status"] == "back" and row["measure"] != "read" and row["value"] is None
        assert (time is None) == late or is_open or row["visit"] > 1, row


def check_onsets(rows: list[dict[str, Any]]) -> None:
    """Check that screens follow each other, and so do the displays of a timed trial, without a gap."""
    first = [
        row
        for before, row in zip([{}, *rows], rows, strict=False)
        if row["screen"] != before.get("screen")
    ]
    onsets = [row["onset"] for row in first]
    assert onsets == sorted(onsets)
    shown = [row for row in rows if row["measure"].startswith("show.") and row["status"] == "shown"]
    for before, after in pairwise(shown):
        if before["screen"] == after["screen"]:
            ended = before["onset"] + before["response_time"]
            assert abs(ended - after["onset"]) < 1e-5
    displays = {(row["screen"], row["onset"]) for row in shown}
    for row in rows:
        if row["screen"].startswith("timed."):
            assert row["onset"] is None or (row["screen"], row["onset"]) in displays
