"""Real groups online: a slot is taken after the answer, from the list of the group, and never more than its quota."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import two_clubs
from apart import run
from real_server import Server

from experiments.online.collector import give
from experiments.online.export.exporting import ExportError, order, write_folder
from experiments.screen import Response
from experiments.timeline.session_run import ENTERED, SessionIdentity, SessionRun
from experiments.timeline.timeline import Timeline

BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgres"])


@pytest.fixture(scope="module")
def export(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clubs")
    study = two_clubs.write(folder)
    return write_folder(study, folder / "export", order(study, "static", "main"))


@pytest.fixture
def serve(export: Path, fresh_database: Callable[[str], str]) -> Iterator[Callable[[str], Server]]:
    servers: list[Server] = []

    def make(kind: str) -> Server:
        servers.append(Server(export, fresh_database(kind)).start())
        return servers[-1]

    yield make
    for server in servers:
        server.client.close()
        server.kill()


class Page:
    """The page of one participant."""

    def __init__(self, client: httpx.AsyncClient, club: str, person: str = "") -> None:
        self.client, self.club, self.token = client, club, None
        self.recruitment = {"source": "prolific", "id": person} if person else None

    async def open(self) -> httpx.Response:
        body = {"recruitment": self.recruitment, "resume": self.token}
        reply = await self.client.post("/api/sessions", json=body)
        if reply.status_code == 201:
            self.opened = reply.json()
            self.token = self.opened["token"]
            self.timeline = Timeline.from_json(self.opened["timeline"])
        return reply

    async def answer(self, until: str = "") -> SessionRun:
        """Answer all screens of the timeline, or those before one, and send the rows."""
        who = SessionIdentity(self.opened["participant"], self.opened["session"], False, "browser")
        progress = SessionRun(self.timeline, who)
        progress.replay(self.opened["rows"])
        rows = []
        while (screen := progress.current()) is not None and screen.id != until:
            answers = {
                ask.measure: self.club if ask.measure == "club" else 1 for ask in screen.asks
            }
            times = dict.fromkeys([*answers, screen.kind], 1.0)
            rows += progress.take(Response(answers, times, 1.0, "page"))
        reply = await self.client.post("/api/rows", json={"rows": rows}, headers=self.headers)
        assert reply.json()["rejected"] == [], reply.json()
        return progress

    async def finish(self, outcome: str) -> dict:
        body = {"outcome": outcome}
        return (await self.client.post("/api/finish", json=body, headers=self.headers)).json()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def at_once(server: Server, clubs: list[str], take_part) -> list:
    async def all_at_once():
        options = {"limits": httpx.Limits(max_connections=None), "timeout": 90, "verify": False}
        async with httpx.AsyncClient(base_url=server.client.base_url, **options) as client:
            pages = [Page(client, club, f"person{n}") for n, club in enumerate(clubs)]
            return await asyncio.gather(*map(take_part, pages))

    return run(all_at_once())


async def whole_session(page: Page):
    """Go through a session as the page does; return the slot, and the status of the second opening."""
    assert (await page.open()).status_code == 201
    assert page.opened["slot"] == 0
    assert (await page.answer()).outcome == ENTERED
    reply = await page.open()
    if reply.status_code != 201:
        return 0, reply.status_code
    progress = await page.answer()
    assert progress.outcome == "complete"
    ended = await page.finish("complete")
    assert (ended["confirmed"], ended["missing"]) == (True, [])
    return page.opened["slot"], reply.status_code


@BOTH
def test_a_quota_holds_however_many_come_at_once(serve, kind):
    server = serve(kind)
    ended = at_once(server, ["reds"] * 12 + ["blues"] * 3, whole_session)
    assert Counter(status for _, status in ended) == {201: 11, 409: 4}
    given = give(server.database)
    cells = Counter(line["cells"]["side"] for line in given.rows if line["screen"] == "step_4")
    assert cells == {"reds": 8, "blues": 3}
    slots = [slot for slot, _ in ended if slot]
    assert len(set(slots)) == 11
    log = Counter(line["what"] for line in given.allocation)
    assert log == {"taken": 11, "full": 4, "completed": 11}


def test_opening_again_gives_the_same_slot_and_the_full_stay_out(serve):
    server = serve("sqlite")

    async def twice(page: Page):
        await page.open()
        await page.answer()
        first, again = await page.open(), await page.open()
        return [
            reply.json()["slot"] if reply.status_code == 201 else reply.status_code
            for reply in (first, again)
        ]

    for first, again in at_once(server, ["blues"] * 10, twice):
        assert first == again
    log = Counter(line["what"] for line in give(server.database).allocation)
    # Those who were turned away see the same page again, and are not counted again.
    assert log == {"taken": 8, "full": 2}


def test_before_the_answer_no_slot_is_taken(serve):
    server = serve("sqlite")

    async def before(page: Page):
        await page.open()
        await page.answer(until="club")
        reply = await page.open()
        return reply.json()["slot"], reply.json()["next_sequence"]

    assert at_once(server, ["reds"], before) == [(0, 1)]

    async def neither(page: Page):
        await page.open()
        progress = await page.answer()
        return progress.outcome, (await page.finish("ineligible"))["confirmed"]

    assert at_once(server, ["none"], neither) == [("ineligible", True)]
    assert give(server.database).allocation == ()


def test_a_row_of_a_trial_cannot_come_before_the_slot(serve):
    server = serve("sqlite")

    async def ahead(page: Page):
        await page.open()
        other = SessionIdentity(
            page.opened["participant"], page.opened["session"], False, "browser"
        )
        progress = SessionRun(page.timeline, other)
        (row,) = progress.take(Response({}, {"read": 1.0}, 1.0, "page"))
        wrong = {**row, "screen": "step_4"}
        body = {"rows": [wrong]}
        reply = await page.client.post("/api/rows", json=body, headers=page.headers)
        return reply.json()["rejected"]

    ((refused,),) = at_once(server, ["reds"], ahead)
    assert "step_4" in refused["reason"]


@pytest.mark.parametrize("target", ["jatos", "pavlovia", "builder"])
def test_only_our_server_can_count(tmp_path, target):
    study = two_clubs.write(tmp_path)
    with pytest.raises(ExportError, match="Use the target static"):
        order(study, target, "main")
