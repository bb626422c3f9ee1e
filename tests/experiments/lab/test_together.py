"""Parts of one question that are answered together: check boxes, rankings, boxes that hold an amount."""

from __future__ import annotations

from experiments.lab.kinds.split import Amount

SELECT, RANK, SPLIT = "select.some", "rank.four", "split.ten"


def click(page, *measures, value=1, time=1.0):
    for measure in measures:
        control = page.control(measure)
        control.press(control.target(value), time)


def test_once_a_box_is_checked_the_others_are_not(page):
    made = page(SELECT)
    click(made, "did.c", time=2.0)
    assert made.form.answers == {"did.a": 0, "did.b": 0, "did.c": 1, "did.d": 0}
    assert set(made.form.times.values()) == {2.0}
    click(made, "did.a", time=3.0)
    assert (made.form.times["did.a"], made.form.times["did.b"]) == (3.0, 2.0)


def test_too_few_and_too_many_boxes_are_said(page):
    made = page(SELECT)
    made.go_on(1.0, "mouse")
    assert made.notice() == "Please choose an answer or skip the question."
    click(made, "did.a")
    made.go_on(1.0, "mouse")
    assert made.notice() == "Please choose at least this number of answers: 2"
    click(made, "did.b", "did.c", "did.d")
    made.go_on(1.0, "mouse")
    assert made.notice() == "Please choose at most this number of answers: 3"
    click(made, "did.a")
    made.go_on(1.0, "mouse")
    assert (made.done, made.form.answers["did.a"]) == ("on", 0)


def test_none_of_these_clears_the_others_and_they_clear_it(page, press_key):
    made = page("select.none")
    click(made, "had.a", "had.c")
    click(made, "had.d", time=3.0)
    assert made.form.answers == {"had.a": 0, "had.b": 0, "had.c": 0, "had.d": 1}
    assert (made.form.times["had.a"], made.form.times["had.b"]) == (3.0, 1.0)
    made.go_on(4.0, "mouse")
    assert made.done == "on"  # although two of the others would be needed
    made = page("select.none")
    press_key(made, "up", "down", "down", "down", "space", "up", "space")
    assert made.form.answers == {"had.a": 0, "had.b": 0, "had.c": 1, "had.d": 0}
    made.go_on(4.0, "keyboard")
    assert made.notice() == "Please choose at least this number of answers: 2"


def test_options_get_their_places_in_the_order_in_which_they_are_pressed(page):
    made = page(RANK)
    click(made, "values.d", "values.a", "values.b")
    made.go_on(1.0, "mouse")
    assert (made.done, made.notice()) == ("", "Please give every option its place.")
    click(made, "values.a")
    assert made.form.answers == {"values.d": 1, "values.b": 2}
    click(made, "values.c", "values.a")
    assert made.form.answers == {"values.a": 4, "values.b": 2, "values.c": 3, "values.d": 1}
    made.go_on(1.0, "mouse")
    assert made.done == "on"


def test_keys_move_between_the_options_and_press_them(page, press_key):
    made = page(RANK)
    press_key(made, "down", "down", "space", "up", "space")
    assert made.form.answers == {"values.c": 1, "values.b": 2}
    assert made.focus is made.control("values.b")


def test_no_box_takes_more_than_the_others_leave(page):
    made = page(SPLIT)
    click(made, "pools.a", value=4)
    assert made.form.answers == {"pools.a": 4}
    made.go_on(1.0, "mouse")
    assert (made.done, made.notice()) == ("", "Still to divide: $6")
    click(made, "pools.b", value=9)
    # What is still open when nothing is left is empty.
    assert made.form.answers == {"pools.a": 4, "pools.b": 6, "pools.c": 0}
    click(made, "pools.c", value=2)
    assert made.form.answers["pools.c"] == 0
    click(made, "pools.a", value=1)
    assert made.notice() == "Still to divide: $3"
    texts = [part.text() for part in made.parts() if isinstance(part, Amount)]
    assert texts == ["$1", "$6", "$0", "Still to divide: $3"]
    click(made, "pools.c", value=3)
    made.go_on(1.0, "mouse")
    assert (made.done, made.form.answers) == ("on", {"pools.a": 1, "pools.b": 6, "pools.c": 3})


def test_parts_are_skipped_together(page, press_key):
    made = page(SPLIT)
    click(made, "pools.a", value=4)
    skip = made.control("skip:pools.c")
    skip.press(skip.box.center(), 2.0)
    assert made.form.answers == dict.fromkeys(["pools.a", "pools.b", "pools.c"])
    made.go_on(3.0, "mouse")
    assert made.done == "on"
    again = page(SPLIT)
    skip = again.control("skip:pools.c")
    skip.press(skip.box.center(), 2.0)
    click(again, "pools.b", value=3)
    assert again.form.answers == {"pools.b": 3}
    assert again.controls().index(again.control("skip:pools.c")) == 3


def test_what_was_divided_before_an_interruption_is_there_again(page):
    made = page(SPLIT, answers={"pools.a": 4, "pools.b": 1})
    made.go_on(1.0, "mouse")
    assert (made.done, made.notice()) == ("", "Still to divide: $5")
    ranked = page(RANK, answers={"values.a": 1, "values.b": 1, "values.c": 2, "values.d": 3})
    ranked.go_on(1.0, "mouse")
    assert ranked.notice() == "Please give every option its place."
