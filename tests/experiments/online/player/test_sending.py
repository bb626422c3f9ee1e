"""Answers that cannot be sent, or do not fit into the browser's storage, are kept, sent in parts, and offered as a file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import hand
import pytest
from arrived import assert_whole, last, names_of_events, settled
from places import begin, go
from stub import Stub

from experiments.online.collector.bodies import LARGEST

pytestmark = pytest.mark.browser


def test_what_cannot_be_sent_is_offered_as_a_file(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "consent.agree")
    stub.failing = {"rows", "finish"}
    hand.respond(page, {"consent": "no"})
    hand.wait_for_next(page, "consent.agree")
    page.clock.install()
    hand.go_on(page)
    offered = page.get_by_role("heading", name="Some answers could not be sent")
    until = time.monotonic() + 60
    while not offered.is_visible():
        assert time.monotonic() < until, "no file is offered"
        page.clock.run_for(1000)
        page.wait_for_timeout(20)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the file").click()
    lines = saved.value.path().read_text("utf-8").splitlines()
    assert [json.loads(line)["screen"] for line in lines] == ["consent.agree", "declined"]
    stub.failing = set()
    page.get_by_role("button", name="Try again").click()
    page.clock.run_for(1000)
    page.get_by_role("heading", name="Thank you").wait_for()
    assert [row["screen"] for row in stub.rows()] == [
        "welcome",
        "consent.text",
        "consent.agree",
        "declined",
    ]


FILL = """() => {
  for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (let count = 0; count < 20; count += 1) localStorage.setItem(`junk${size}.${count}`, "x".repeat(size));
    } catch {}
  }
}"""


def test_a_storage_that_is_full_costs_no_answer(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "choose.2")
    page.evaluate(FILL)
    hand.answer(page, "thought", "o1")
    hand.answer(page, "thought", "o2")
    hand.go_on(page)
    hand.wait_for_next(page, "choose.2")
    go(page, "choose.5")
    settled(stub, lambda: last(stub) == "choose.4", page)
    assert_whole(stub)
    settled(stub, lambda: "storage_full" in names_of_events(stub), page)
    hand.leave(page)
    assert hand.screen_of(page) == "left"
    hand.go_on(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    assert stub.rows()[-1]["screen"] == "left"


def test_many_long_answers_are_sent_in_parts_that_the_server_accepts(
    run_js: Callable[[str, Any], Any],
) -> None:
    sizes = run_js(
        """
        const { Queue } = await player("queue.js");
        const { MemoryStorage, Store } = await player("store.js");
        const main = async ({ screens, length }) => {
          const sizes = [];
          const send = async (rows) => {
            sizes.push(new TextEncoder().encode(JSON.stringify({ rows })).length);
            return { accepted: rows.map((row) => row.sequence), known: [], rejected: [] };
          };
          const queue = new Queue(new Store(new MemoryStorage(), "x"), { send }, () => {});
          queue.closed = true;  // No network.
          for (let sequence = 0; sequence < screens; sequence += 1) {
            queue.add([{ sequence, value: "é".repeat(length) }]);
          }
          await queue.flush();
          queue.closed = false;
          if (!(await queue.flush())) throw new Error("something waits");
          return sizes;
        };
        """,
        {"screens": 150, "length": 10_000},
    )
    assert sum(sizes) > 3_000_000 - 100_000
    assert max(sizes) <= LARGEST


def test_rows_without_room_in_the_storage_are_in_the_file_and_sent_again(
    run_js: Callable[[str, Any], Any],
) -> None:
    found = run_js(
        """
        const { Queue } = await player("queue.js");
        const { MemoryStorage, Store } = await player("store.js");
        class Small extends MemoryStorage {
          setItem(key, value) {
            if (key.endsWith("rows:000001")) throw new DOMException("full", "QuotaExceededError");
            super.setItem(key, value);
          }
        }
        const main = async ({ count }) => {
          const posts = [];
          const send = async (rows) => {
            const accepted = rows.map((row) => row.sequence);
            posts.push(accepted);
            return { accepted, known: [], rejected: [] };
          };
          const queue = new Queue(new Store(new Small(), "x"), { send }, () => {});
          const kept = [];
          for (let sequence = 0; sequence < count; sequence += 1) {
            kept.push(queue.add([{ sequence }]));
          }
          await queue.flush();
          const again = queue.sendAgain([1]);
          await queue.flush();
          return { kept, again, last: posts.at(-1), rows: queue.rows().map((row) => row.sequence) };
        };
        """,
        {"count": 3},
    )
    assert found == {"kept": [True, False, True], "again": True, "last": [1], "rows": [0, 1, 2]}
