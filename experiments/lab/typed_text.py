"""A text that is being typed: Qt's text document and cursor, without a widget and without Qt's focus.

Qt provides the movement of the caret in bidirectional text, character and word boundaries, the character nearest
to a click, and undo.
"""

from __future__ import annotations

from typing import Any
from unicodedata import category

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPainter,
    QPalette,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from experiments.lab.inputs import Motion
from experiments.lab.text import Style, font, lay_out

_MOVE = QTextCursor.MoveOperation
_MOVES = {
    "left": _MOVE.Left,
    "right": _MOVE.Right,
    "up": _MOVE.Up,
    "down": _MOVE.Down,
    "home": _MOVE.StartOfLine,
    "end": _MOVE.EndOfLine,
    "word left": _MOVE.WordLeft,
    "word right": _MOVE.WordRight,
    "start": _MOVE.Start,
    "finish": _MOVE.End,
}
_AT_LEAST: Any = QTextBlockFormat.LineHeightTypes.MinimumHeight.value
#: Unicode categories of pictures, skin tones and the keycap's frame.
_PICTURES = frozenset({"So", "Sk", "Me"})
#: Selector of the coloured form of a character that also has a plain form.
_AS_PICTURE = "\ufe0f"


class TypedText:
    """A text, its caret and its selection.

    Parameters
    ----------
    width
        Width of the lines in pixels.
    longest
        Maximum number of characters (Unicode code points).
    lines
        Whether the text may have line breaks.
    """

    def __init__(self, text: str, style: Style, width: float, longest: int, lines: bool) -> None:
        self.longest, self.lines = longest, lines
        self._document = document = QTextDocument()
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0.0)
        document.setDefaultFont(font(style))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(
            Qt.LayoutDirection.RightToLeft if style.rtl else Qt.LayoutDirection.LeftToRight
        )
        document.setDefaultTextOption(option)
        document.setDefaultCursorMoveStyle(Qt.CursorMoveStyle.VisualMoveStyle)
        document.setTextWidth(width)
        layout = document.documentLayout()
        assert layout is not None
        self._layout = layout
        self._cursor = QTextCursor(document)
        sample = lay_out("x", style, width)
        line = sample.paragraphs[0][1].lineAt(0)
        self.pitch = sample.height
        """Pixels from line to line."""
        self.raised = self.pitch - line.height() - line.y()
        """Pixels by which to move the text up, so that it lines up with other texts: Qt puts all extra space above
        a line."""
        lines_apart = QTextBlockFormat()
        lines_apart.setLineHeight(self.pitch, _AT_LEAST)
        self._cursor.setBlockFormat(lines_apart)
        self._cursor.insertText(text)
        document.setUndoRedoEnabled(True)

    @property
    def text(self) -> str:
        """The typed text."""
        # Not toPlainText, which turns non-breaking spaces into others.
        return self._document.toRawText().replace("\u2029", "\n")

    @property
    def state(self) -> tuple[int, int, int]:
        """A value that changes with the text, the caret and the selection."""
        cursor = self._cursor
        return self._document.revision(), cursor.position(), cursor.anchor()

    @property
    def height(self) -> float:
        """Pixels from the first line's top to the last one's bottom."""
        return self._layout.documentSize().height()

    # Changes, which return whether the text has changed

    def insert(self, text: str) -> bool:
        """Insert characters at the caret, replacing the selection, up to the maximum length."""
        text = text.replace("\r", "\n")
        kept = "".join(
            letter
            for letter in text
            if category(letter) not in {"Cc", "Zl", "Zp"} or (letter == "\n" and self.lines)
        )
        room = self.longest - len(self.text) + len(self._cursor.selectedText())
        kept = kept[: max(0, room)]
        if not kept:
            return False
        self._cursor.insertText(kept)
        return True

    def move(self, motion: Motion, select: bool = False) -> bool:
        """Move the caret, delete next to it, select all, undo or redo."""
        before = self._document.revision()
        if motion == "undo":
            self._document.undo(self._cursor)
        elif motion == "redo":
            self._document.redo(self._cursor)
        elif motion == "backspace":
            self._delete_before()
        elif motion == "delete":
            self._cursor.deleteChar()
        elif motion == "all":
            self._cursor.select(QTextCursor.SelectionType.Document)
        else:
            # In right-to-left text Qt steps into joined emoji, and between a letter and its vowel points.
            while self._cursor.movePosition(_MOVES[motion], _mode(select)) and self._is_within():
                pass
        return self._document.revision() != before

    def _is_within(self) -> bool:
        """Return whether the caret is inside a character as perceived by readers (a grapheme cluster)."""
        layout = self._cursor.block().layout()
        assert layout is not None
        return not layout.isValidCursorPosition(self._cursor.positionInBlock())

    def _delete_before(self) -> None:
        """Delete the selection, or the last accent or vowel sign, letter, or picture as a whole."""
        cursor = self._cursor
        if not cursor.hasSelection():
            one = QTextCursor(cursor)
            one.movePosition(_MOVE.PreviousCharacter, QTextCursor.MoveMode.KeepAnchor)
            # Deleting a wrong accent should keep its letter. But an emoji such as a family, a flag or a hand with a
            # skin tone is one character made of several code points, which Qt would split.
            if any(
                category(part) in _PICTURES or part == _AS_PICTURE for part in one.selectedText()
            ):
                one.removeSelectedText()
                return
        cursor.deletePreviousChar()

    # Positions, in pixels from the first line's top left

    def point(self, point: QPointF, select: bool = False) -> None:
        """Move the caret to the position nearest to a point."""
        place = self._layout.hitTest(point, Qt.HitTestAccuracy.FuzzyHit)
        self._cursor.setPosition(max(0, place), _mode(select))

    def caret(self) -> QRectF:
        """Return the caret as a box without width: as high as its line's letters, or a whole line in an empty text."""
        block = self._cursor.block()
        place = self._cursor.positionInBlock()
        layout = block.layout()
        assert layout is not None
        line = layout.lineForTextPosition(place)
        x, _ = line.cursorToX(place)
        if self._document.isEmpty():
            return QRectF(x, self.raised, 0.0, self.pitch)
        top = self._layout.blockBoundingRect(block).y() + line.y()
        return QRectF(x, top, 0.0, line.height())

    def paint(
        self, painter: QPainter, origin: QPointF, seen: QRectF, ink: str, ground: QColor
    ) -> None:
        """Draw the visible lines of the text, with a background behind the selection.

        Parameters
        ----------
        origin
            Position of the text's top left.
        seen
            Visible part of the picture.
        """
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = seen.translated(-origin)
        context.palette.setColor(QPalette.ColorRole.Text, QColor(ink))
        if self._cursor.hasSelection():
            selected = QAbstractTextDocumentLayout.Selection()
            selected.cursor = self._cursor
            selected.format.setBackground(ground)
            context.selections = [selected]
        painter.save()
        painter.translate(origin)
        self._layout.draw(painter, context)
        painter.restore()


def _mode(select: bool) -> QTextCursor.MoveMode:
    return QTextCursor.MoveMode.KeepAnchor if select else QTextCursor.MoveMode.MoveAnchor
