"""The participant dialog: filled in by real keys, shown again until it is valid, silent on the condition."""

from __future__ import annotations

import inspect

import pytest

from experiments.lab.dialog import Answers, ask_participant, faults_of


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        (Answers("", "1", "en"), "participant code is empty"),
        (Answers("p", "", "en"), "session is empty"),
        (Answers("p" * 101, "1", "en"), "101 characters"),
        (Answers("p\x00", "1", "en"), "invisible"),
        (Answers("p", "1", "fr"), "one of en, he"),
        (Answers("pc5hm72xw9dd", "1", "en"), "code 'pc5hm72xw9dd' is mistyped"),
    ],
)
def test_faults_are_put_into_words(answers, fault):
    assert fault in " ".join(faults_of(answers, ["en", "he"]))


@pytest.mark.parametrize(
    "code", ["p01", "pc5hm72xw9dt", "pm4pn3crap", "../O'Neil 😀", "=1+1", "משתתף 3"]
)
def test_any_code_that_can_be_seen_is_taken(code):
    assert faults_of(Answers(code, "1", "en"), ["en"]) == []


def test_the_dialog_knows_nothing_of_conditions():
    assert set(inspect.signature(ask_participant).parameters) == {
        "title",
        "known",
        "session",
        "language",
        "participant",
    }


@pytest.mark.window
@pytest.mark.parametrize("ending", ["ok", "cancel"])
def test_the_dialog_is_shown_until_it_is_good(display, ending):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtTest import QTest
    from PyQt6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLabel, QLineEdit

    from experiments.lab.application import application

    app, labels = application(), []

    def fill():
        shown = [
            widget
            for widget in app.topLevelWidgets()
            if isinstance(widget, QDialog) and widget.isVisible()
        ]
        if not shown:
            QTimer.singleShot(20, fill)
            return
        dialog = shown[-1]
        labels.append([label.text() for label in dialog.findChildren(QLabel)])
        edits, box = dialog.findChildren(QLineEdit), dialog.findChild(QDialogButtonBox)
        buttons = QDialogButtonBox.StandardButton
        if len(labels) == 1:
            QTest.keyClicks(edits[0], "   ")
            QTimer.singleShot(20, fill)
            box.button(buttons.Ok).click()
            return
        QTest.keyClicks(edits[0], "p07")
        dialog.findChild(QComboBox).setCurrentIndex(1)
        box.button(buttons.Ok if ending == "ok" else buttons.Cancel).click()

    QTimer.singleShot(20, fill)
    answers = ask_participant("A study", ["en", "he"])
    assert answers == (Answers("p07", "1", "he") if ending == "ok" else None)
    assert "The participant code is empty." not in labels[0]
    assert "The participant code is empty." in labels[1]


@pytest.mark.window
def test_what_is_typed_replaces_the_proposed_code(display):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtTest import QTest
    from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit

    from experiments.lab.application import application

    app = application()

    def fill():
        shown = [w for w in app.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        if not shown:
            QTimer.singleShot(20, fill)
            return
        QTest.keyClicks(shown[-1].findChildren(QLineEdit)[0], "p01")
        box = shown[-1].findChild(QDialogButtonBox)
        box.button(QDialogButtonBox.StandardButton.Ok).click()

    QTimer.singleShot(20, fill)
    answers = ask_participant("A study", ["en"], participant="pmd25tx8ttx9")
    assert answers == Answers("p01", "1", "en")
