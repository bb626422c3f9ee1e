"""The screens of the frame benchmark as a plain PsychoPy script would draw them: one stimulus per visible part."""

from __future__ import annotations

from typing import Any

from experiments.lab.frame import Frame
from experiments.lab.layout import Layout
from experiments.lab.parts import Card, Control, Picture, TextPart
from experiments.look import COLOURS
from experiments.screen import Screen


def bare_stimuli(win: Any, screen: Screen, layout: Layout) -> list[Any]:
    """Return PsychoPy stimuli at the positions that our layout gives them.

    Texts are TextStim (PsychoPy's cheapest text), pictures ImageStim, cards and buttons Rect with a
    TextStim. A rating scale is a Slider, as the Builder makes it. Round corners, shadows and focus rings
    are left out, which favours PsychoPy.
    """
    from psychopy import visual

    frame: Frame = layout.frame

    def centre(box: Any, within: float) -> tuple[float, float]:
        return (
            box.center().x() - win.size[0] / 2,
            win.size[1] / 2 - (box.center().y() + within),
        )

    def text(words: str, box: Any, within: float, height: float) -> Any:
        return visual.TextStim(
            win,
            words,
            font="Noto Sans",
            pos=centre(box, within),
            height=height,
            wrapWidth=box.width(),
            color="black",
            units="pix",
        )

    stimuli: list[Any] = []
    pictures = [picture["src"] for block in screen.content for picture in block.images]
    for part in (*layout.fixed, *layout.content):
        within = layout.view.y() if part in layout.content else 0.0
        box, place = part.box, centre(part.box, within)
        size = (box.width(), box.height())
        if isinstance(part, TextPart):
            words = part.laid.paragraphs[0][1].text()
            stimuli.append(text(words, box, within, frame.unit))
        elif isinstance(part, Picture):
            file = str(frame.context.root / pictures.pop(0))
            stimuli.append(visual.ImageStim(win, file, pos=place, size=size, units="pix"))
        elif isinstance(part, Card):
            stimuli.append(
                visual.Rect(
                    win, *size, pos=place, fillColor=COLOURS[part.fill], units="pix", lineWidth=0
                )
            )
        elif isinstance(part, Control):
            stimuli += _control(win, screen, part, place, size, frame, text, within)
    return stimuli


def _control(
    win: Any,
    screen: Screen,
    part: Control,
    place: tuple[float, float],
    size: tuple[float, float],
    frame: Frame,
    text: Any,
    within: float,
) -> list[Any]:
    from psychopy import visual

    if any(ask.measure == part.name for ask in screen.asks) and screen.kind in {"rate", "mark"}:
        slider = visual.Slider(
            win,
            ticks=(1, 2, 3, 4, 5) if screen.kind == "rate" else (0, 100),
            granularity=1,
            pos=place,
            size=(0.8 * size[0], 0.3 * size[1]),
            units="pix",
            labels=None,
        )
        return [slider]
    ground = visual.Rect(win, *size, pos=place, fillColor="white", lineColor="grey", units="pix")
    return [ground, text(part.name, part.box, within, frame.unit)]
