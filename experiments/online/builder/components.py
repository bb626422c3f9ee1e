"""Components: the pieces that Builder routines are made of, with our look and with every parameter said."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from psychopy.experiment import Experiment, getAllComponents

from experiments.online.stylesheet import LOOK

#: Times of components would be columns of data; ours are written by the Code components.
_NO_TIMES = {"saveStartStop": False}
EACH_PAGE = "set every repeat"


@lru_cache(maxsize=1)
def colours() -> dict[str, str]:
    """Return the colours that lab, browser and Builder share."""
    found: dict[str, str] = json.loads(LOOK.read_text("utf-8"))["colours"]
    return found


def font_of(language: str) -> str:
    """Return the family for a language, the first that lab and browser name for it."""
    fonts: dict[str, list[str]] = json.loads(LOOK.read_text("utf-8"))["fonts"]
    return fonts.get(language.split("-")[0].lower(), fonts["latin"])[0]


@lru_cache(maxsize=1)
def _kinds() -> dict[str, Any]:
    kinds: dict[str, Any] = getAllComponents(fetchIcons=False)
    return kinds


class Pieces:
    """Adds components to one routine; a part's name ends with the routine's.

    Parameters
    ----------
    experiment
        The experiment; the routine is added to it.
    routine
        Name of the routine.
    skip_if
        Python expression, also right in JavaScript, for which the routine is not run.
    font
        Family of all texts.
    """

    def __init__(
        self, experiment: Experiment, routine: str, skip_if: str = "", font: str = "Noto Sans"
    ) -> None:
        self._experiment, self.routine, self._font = experiment, routine, font
        self._routine = experiment.addRoutine(routine)
        self._routine.settings.params["skipIf"].val = skip_if
        self._routine.settings.params["saveStartStop"].val = False

    def name(self, part: str) -> str:
        """Return the name of a part's component."""
        return f"{part}_{self.routine}"

    def add(
        self, kind: str, part: str, each_page: dict[str, str] | None = None, **given: Any
    ) -> str:
        """Add a component and return its name.

        Parameters
        ----------
        kind
            Builder's name for it, such as ``Text``.
        part
            What it is on the page.
        each_page
            Parameter -> expression that is evaluated when the page comes.
        given
            Parameters that stay.
        """
        name = self.name(part)
        component = _kinds()[f"{kind}Component"](
            exp=self._experiment, parentName=self.routine, name=name
        )
        wanted: dict[str, Any] = {"stopVal": "", **_NO_TIMES, **given}
        for parameter, value in wanted.items():
            if parameter in component.params:
                component.params[parameter].val = value
            elif parameter in given:
                raise KeyError(f"{kind} components have no parameter '{parameter}'")
        for parameter, expression in (each_page or {}).items():
            component.params[parameter].val = expression
            component.params[parameter].updates = EACH_PAGE
        self._routine.addComponent(component)
        self._experiment.namespace.add(name)
        return name

    def text(self, part: str, size: float, each_page: dict[str, str], **given: Any) -> str:
        """Add a text; its lines are broken already."""
        look = {
            "font": self._font,
            "color": colours()["text"],
            "letterHeight": size,
            "wrapWidth": 2,
        }
        return self.add("Text", part, each_page, **{**look, **given})

    def button(
        self, part: str, label: str, pos: str, size: str, colour: str = "control", **given: Any
    ) -> str:
        """Add a button with its label on it, and return the button's name.

        The label is a text of its own: buttons find no fonts for Chinese. The button's time is not
        used: PsychoPy and PsychoJS count it from different moments.
        """
        face, edge, ink = {
            "control": ("control", "control_edge", "text"),
            "quiet": ("control", "control_edge", "muted"),
            "accent": ("accent", "accent_dark", "on_accent"),
        }[colour]
        places = {"pos": pos, "size": size}
        each_page = {name: place for name, place in places.items() if "page_" in place}
        fixed = {name: place for name, place in places.items() if "page_" not in place}
        name = self.add(
            "Button",
            part,
            each_page,
            text=" ",
            font="Noto Sans",
            fillColor=colours()[face],
            borderColor=colours()[edge],
            borderWidth=2,
            save="none",
            forceEndRoutine=False,
            **fixed,
            **given,
        )
        self.text(
            f"{part}_label",
            0.02 if colour == "quiet" else 0.024,
            {"text": label, **{name: place for name, place in each_page.items() if name == "pos"}},
            color=colours()[ink],
            **{name: place for name, place in fixed.items() if name == "pos"},
            **given,
        )
        return name

    def slider(self, ticks: list[int | float], step: float, y: float) -> str:
        """Add a slider; its answer and time are kept by the page's own code."""
        return self.add(
            "Slider",
            "slider",
            pos=f"(0, {round(y, 4)})",
            size="(1.0, 0.035)",
            ticks=str(ticks),
            labels="",
            granularity=f"{step:g}",
            styles="rating" if len(ticks) > 2 else "slider",
            color=colours()["text"],
            fillColor=colours()["accent"],
            borderColor=colours()["faint"],
            font=self._font,
            letterHeight=0.022,
            forceEndRoutine=False,
            storeRating=False,
            storeRatingTime=False,
        )

    def box(self, pos: str, size: str, one_line: bool) -> str:
        """Add a box to type in."""
        return self.add(
            "Textbox",
            "box",
            text="",
            placeholder=" ",
            editable=True,
            font=self._font,
            letterHeight=0.028,
            pos=pos,
            size=size,
            color=colours()["text"],
            fillColor=colours()["control"],
            borderColor=colours()["control_edge"],
            alignment="center" if one_line else "top-left",
            padding=0.012,
            formattingSyntax="raw",
        )
