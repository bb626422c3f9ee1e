"""The pages of the live preview: pickers of mode, condition, language, step and width, and the player in a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from experiments.errors import UserError
from experiments.marked_text import TextError
from experiments.online.export.exporting import place_pictures
from experiments.online.export.page import index_html
from experiments.online.export.script import scripts
from experiments.online.export.stylesheet import player_css
from experiments.online.preview.watched import Shown, Watched
from experiments.places import shipped_folder
from experiments.screen import Screen
from experiments.study import Study
from experiments.templates import environment
from experiments.timeline.timeline import Timeline

_HERE = Path(__file__).parent
_NEVER_KEPT = {"Cache-Control": "no-store"}


def application(path: Path) -> Starlette:
    """Return the live preview of a study file; nothing that is entered in it is stored."""
    preview = _Preview(Watched(path))
    return Starlette(
        exception_handlers={UserError: _cannot_be_shown, TextError: _cannot_be_shown},
        routes=[
            Route("/", preview.page),
            Route("/live.js", preview.script),
            Route("/study", preview.study),
            Route("/version", preview.version),
            Route("/steps", preview.steps),
            Route("/player/", preview.player),
            Route("/player/timeline", preview.timeline),
            Route("/player/media/{place:path}", preview.picture),
            Route("/player/{name}", preview.asset),
        ],
    )


async def _cannot_be_shown(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=422, headers=_NEVER_KEPT)


class _Preview:
    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.pictures: dict[str, str] = {}

    async def page(self, request: Request) -> Response:
        template = environment("experiments.online").get_template("preview/live.html.j2")
        return HTMLResponse(template.render(file=self.watched.path.name), headers=_NEVER_KEPT)

    async def script(self, request: Request) -> Response:
        return FileResponse(_HERE / "live.js", headers=_NEVER_KEPT)

    async def version(self, request: Request) -> Response:
        version = await run_in_threadpool(self.watched.version)
        return JSONResponse({"version": version}, headers=_NEVER_KEPT)

    async def study(self, request: Request) -> Response:
        shown = await run_in_threadpool(self.watched.shown)
        return JSONResponse(await run_in_threadpool(shown.summary), headers=_NEVER_KEPT)

    async def steps(self, request: Request) -> Response:
        timeline = await run_in_threadpool(self._composed, request.query_params)
        listed = [{"id": screen.id, "words": _words(screen)} for screen in timeline.screens]
        return JSONResponse({"steps": listed}, headers=_NEVER_KEPT)

    async def player(self, request: Request) -> Response:
        study = await run_in_threadpool(self._study)
        return HTMLResponse(index_html(_facts(study)), headers=_NEVER_KEPT)

    async def timeline(self, request: Request) -> Response:
        return JSONResponse(
            await run_in_threadpool(self._timeline, request.query_params), headers=_NEVER_KEPT
        )

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name == "player.css":
            study = await run_in_threadpool(self._study)
            return Response(player_css(tuple(study.languages)), media_type="text/css")
        files = await run_in_threadpool(scripts, "live")
        if name not in files:
            raise HTTPException(404)
        return Response(files[name], media_type="text/javascript")

    async def picture(self, request: Request) -> Response:
        place = request.path_params["place"]
        source = next((each for each, copy in self.pictures.items() if copy == place), None)
        if source is None:
            raise HTTPException(404)
        return FileResponse(shipped_folder("stimuli") / source)

    def _study(self) -> Study:
        return _whole(self.watched.shown())

    def _composed(self, chosen: Mapping[str, str]) -> Timeline:
        """Return the timeline of the chosen condition."""
        shown = self.watched.shown()
        study = _whole(shown)
        mode = chosen.get("mode", "")
        slots = shown.slots(mode if mode in study.modes else study.modes[0])
        number = chosen.get("cell", "0")
        slot = slots[int(number) if number.isdecimal() and int(number) < len(slots) else 0]
        return study.timeline(slot, chosen.get("language") or None)

    def _timeline(self, chosen: Mapping[str, str]) -> dict[str, Any]:
        """Return the timeline of the chosen condition, from the chosen screen on."""
        timeline = self._composed(chosen)
        start = timeline.index.get(chosen.get("step", ""), 0)
        data = replace(timeline, screens=timeline.screens[start:]).to_json()
        data["parts"] = timeline.parts[start:]
        place_pictures(data["screens"], self.pictures)
        return data


def _whole(shown: Shown) -> Study:
    if shown.study is None:
        raise HTTPException(409, "the study file has mistakes")
    return shown.study


def _facts(study: Study) -> dict[str, Any]:
    return {
        "study": study.study,
        "mode": "preview",
        "protocol_hash": study.hash,
        "languages": study.languages,
        "target": "live",
        "slots": [],
        "simulated": True,
    }


def _words(screen: Screen) -> str:
    """Return the first words of a screen."""
    texts = [block.text for block in screen.blocks if block.text]
    texts += [ask.prompt for ask in screen.asks if ask.prompt]
    words = " ".join(" ".join(texts).replace("*", "").split())
    return words if len(words) <= 60 else words[:57] + "..."
