"""The footer of every page: pause and leave buttons, notices, and the buttons that lead back and on."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.button import ContinueButton, QuietButton, button
from experiments.lab.frame import Frame
from experiments.lab.parts import OpenPage, Part, draw_box
from experiments.look import COLOURS
from experiments.measures import KINDS


@dataclass(eq=False)
class Notice(Part):
    """The notice in the footer: what is missing, how to use the keyboard, or how to answer the question."""

    frame: Frame
    hint: str
    """How to answer, shown until there is an answer; or other information."""

    def state(self, page: OpenPage) -> Hashable:
        return self.text(page), bool(page.notice())

    def text(self, page: OpenPage) -> str:
        """Return the text to show now."""
        if notice := page.notice():
            return notice
        if page.ring and page.screen.asks:
            return self.frame.texts["keyboard" if page.screen.has_button else "keyboard_answer"]
        answers = page.form.answers
        kind = KINDS.get(page.screen.kind)
        # Questions that stay in view have answers from the beginning, which are missing until something is done.
        is_open = kind is not None and kind.stays and all(each is None for each in answers.values())
        return "" if answers and not is_open else self.hint

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        notice, text = page.notice(), self.text(page)
        if not text:
            return
        inset = 0.6 * self.frame.unit if notice else 0.0
        role = "note" if notice else "small"
        laid = self.frame.laid(text, role, self.box.width() - 2 * inset, bool(notice), "centre")
        if notice:
            wide = min(self.box.width(), laid.width + 2.4 * inset)
            ground = QRectF(0, 0, wide, min(self.box.height(), laid.height + inset))
            ground.moveCenter(self.box.center())
            draw_box(painter, ground, self.frame.radius("control"), COLOURS["notice_soft"])
        ink = COLOURS["notice" if notice else "muted"]
        y = self.box.center().y() - laid.height / 2
        laid.paint(painter, self.box.x() + inset, y, ink)


def lay_footer(page: OpenPage, frame: Frame, room: QRectF, hint: str) -> list[Part]:
    """Lay out the footer in its area, as on a left-to-right page.

    Every page has pause and leave buttons, except one that ends the session, which shows the participant's
    code. A page that ends by itself, and not before its time, has no continue button; where participants can go back,
    there is a button before it.

    Parameters
    ----------
    hint
        How to answer the first question.
    """
    parts: list[Part] = []
    screen, texts = page.screen, frame.texts
    left, right, tallest = room.x(), room.right(), 0.92 * room.height()
    if not screen.ends:
        for name, action in (("pause", page.pause), ("leave", page.ask_leave)):
            control = button(
                QuietButton, frame, name, texts[name], action, 0.19 * room.width(), tallest
            )
            control.box.moveTo(left, room.center().y() - control.box.height() / 2)
            left = control.box.right() + 0.3 * frame.unit
            parts.append(control)
    if screen.has_button:
        label = screen.proceed or texts["finish" if screen.ends else "continue"]
        control = button(
            ContinueButton, frame, "go_on", label, page.go_on, 0.3 * room.width(), tallest
        )
        control.box.moveTo(
            right - control.box.width(), room.center().y() - control.box.height() / 2
        )
        right = control.box.left()
        if screen.back:
            back = button(
                QuietButton,
                frame,
                "back",
                texts["back"],
                page.go_back,
                0.15 * room.width(),
                tallest,
            )
            right -= 0.5 * frame.unit + back.box.width()
            back.box.moveTo(right, room.center().y() - back.box.height() / 2)
            parts.append(back)
        parts.append(control)
    gap = 0.6 * frame.unit
    between = QRectF(left + gap, room.y(), right - left - 2 * gap, room.height())
    if screen.ends and page.context.participant:
        hint = texts["your_code"].format(code=page.context.participant)
    if screen.until:
        hint = texts["experimenter"]
    return [*parts, Notice(between, frame, hint)]
