"""A hand at the page: answers a screen of the player by mouse or by keyboard, as a participant would."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from experiments.measures.trace import samples

LEAVE = "leave"
#: Key of answers after which the hand goes back.
BACK = "(back)"
#: Time-out in milliseconds, long enough for a busy machine.
PATIENCE = 90_000


def screen_of(page: Page) -> str:
    """Wait for a screen that is left by a press, and return its id.

    A look ends by itself, on a slow machine before it could be noticed; so does a timed trial that awaits no key.
    """
    form = page.locator("form.screen.is-shown:not(.look):not(.ends):not(.timed[data-asks=''])")
    form.wait_for()
    return str(form.get_attribute("data-screen"))


def wait_for_next(page: Page, screen: str) -> None:
    """Wait until another screen shows, or the page after the last."""
    page.wait_for_function(
        """screen => {
          const shown = document.querySelector("form.screen.is-shown")?.dataset.screen;
          return shown ? shown !== screen : document.querySelector("main.plain") !== null;
        }""",
        arg=screen,
    )


def item(page: Page, measure: str) -> Locator:
    """Return the element of an asked item."""
    return page.locator(f':is(.item, .part)[data-measure="{measure}"]')


def answer(page: Page, measure: str, value: Any, keyboard: bool = False) -> None:
    """Answer one item; None skips it."""
    box = item(page, measure)
    line = box.locator(".line")
    radios = box.locator("input[type=radio]")
    if value is None:
        # The parts of a question are skipped together.
        skip = box.locator(
            'xpath=ancestor-or-self::*[contains(concat(" ", @class, " "), " item ")]'
        ).locator(".skip")
        if skip.get_attribute("aria-pressed") == "false":
            press(skip, keyboard)
    elif page.locator("form.select, form.rank").count():
        pressed = box.locator("input") if box.locator("input").count() else box
        is_chosen = (
            box.locator("input:checked").count() or box.get_attribute("aria-pressed") == "true"
        )
        if bool(value) != bool(is_chosen):
            if keyboard:
                pressed.focus()
                page.keyboard.press("Space")
            else:
                box.click()
    elif box.locator("select").count():
        pick(page, box.locator("select"), value, keyboard)
    elif line.count():
        set_line(line, value, keyboard)
    elif radios.count():
        choose(page, box, value, keyboard)
    else:
        box.locator("input, textarea").fill("")
        box.locator("input, textarea").focus()
        page.keyboard.insert_text(str(value))


def press(button: Locator, keyboard: bool) -> None:
    """Press a button."""
    if keyboard:
        button.focus()
        button.press("Enter")
    else:
        button.click()


def choose(page: Page, box: Locator, value: Any, keyboard: bool) -> None:
    """Choose one of several points."""
    whole = isinstance(value, float) and value.is_integer()
    radio = box.locator(f'input[data-value="{int(value) if whole else value}"]')
    if not keyboard:
        radio.locator("xpath=ancestor::label").click()
        return
    # The keyboard enters a group at its first point and moves to the chosen one.
    box.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    for _ in range(box.locator("input[type=radio]").count()):
        if radio.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no key reaches {value!r}")


def pick(page: Page, options: Locator, value: Any, keyboard: bool) -> None:
    """Choose from a list; the keys that open it differ between systems, those that move in it do not."""
    if not keyboard:
        options.select_option(str(value))
        return
    options.focus()
    for _ in range(options.locator("option").count()):
        if options.input_value() == str(value):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no key reaches {value!r}")


def set_line(line: Locator, value: float, keyboard: bool) -> None:
    """Set a mark at a value, whatever the page's direction."""
    low, high, step = (
        float(line.get_attribute(f"data-{name}") or 0) for name in ("low", "high", "step")
    )
    if keyboard:
        line.focus()
        line.press("Home")
        for _ in range(round((value - low) / step)):
            line.press("ArrowUp")
        return
    box = line.bounding_box()
    assert box is not None
    share = (value - low) / (high - low)
    if line.evaluate("element => getComputedStyle(element).direction") == "rtl":
        share = 1 - share
    x = min(max(share * box["width"], 0.5), box["width"] - 0.5)
    line.click(position={"x": x, "y": box["height"] / 2})


def move_dial(page: Page, trace: str | None) -> None:
    """Move a dial by keys, as a trace says: the events have exact times, however slow the machine is."""
    if trace is None:
        return
    first, values = samples(trace)
    page.evaluate(
        """([first, values]) => {
          const line = document.querySelector("form.trace .line");
          const onset = Number(line.closest("form").dataset.onset);
          const mirrored = getComputedStyle(line).direction === "rtl";
          const [up, down] = mirrored ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
          let now;
          const press = (key, at) => {
            const event = new KeyboardEvent("keydown", { key, bubbles: true });
            const time = onset + Math.max(0, (first + at - 0.5) * 100);
            Object.defineProperty(event, "timeStamp", { value: time });
            line.dispatchEvent(event);
            now = Number(line.getAttribute("aria-valuenow"));
          };
          values.forEach((value, at) => {
            if (value === now) return;
            press(value === 100 ? "End" : String(Math.floor(value / 10)), at);
            while (now < value) press(up, at);
            while (now > value) press(down, at);
          });
        }""",
        [first, values],
    )


def go_on(page: Page, keyboard: bool = False) -> None:
    """Press the Continue button."""
    press(page.locator("form.screen button.proceed:not([aria-disabled])"), keyboard)


def leave(page: Page, keyboard: bool = False) -> None:
    """Leave the study, and confirm it."""
    press(page.locator("button.leave"), keyboard)
    press(page.locator('dialog [data-choice="leave"]'), keyboard)


def answer_trial(page: Page, screen: str, answers: dict[str, Any]) -> None:
    """Press the key of a timed trial as soon as it asks for one, and wait until the trial is over."""
    if any(answer is not None for answer in answers.values()):
        page.locator(f'form.timed[data-screen="{screen}"]:not([data-asks=""])').wait_for()
        press_keys(page, answers)
    wait_for_next(page, screen)


def press_keys(page: Page, answers: dict[str, Any]) -> None:
    """Press the key of an answer in a timed trial and, where only the right one ends it, the right one after it."""
    asks = page.evaluate("() => JSON.parse(document.querySelector('form.timed').dataset.keys)")
    for ask in asks:
        if ask["first"] or answers[ask["measure"]] is None:
            continue
        pressed = [answers[ask["measure"]], *([ask["correct"]] if ask["until_right"] else [])]
        for each in dict.fromkeys(pressed):
            page.keyboard.press(next(key for key, meant in ask["keys"].items() if meant == each))


def respond(page: Page, answers: dict[str, Any] | str, keyboard: bool = False) -> None:
    """Answer the screen that shows, and go on."""
    if answers == LEAVE:
        leave(page, keyboard)
        return
    assert isinstance(answers, dict)
    page.locator("form.screen.is-shown").first.wait_for()
    if page.locator("form.timed").count():
        press_keys(page, answers)
        return
    goes_back = BACK in answers
    listed = [each for each in answers.items() if each[0] != BACK]
    if page.locator("form.trace").count():
        move_dial(page, listed[0][1])
        return  # The screen ends by itself.
    if page.locator(".part").count():
        # Options are ranked from the first, and parts that stay empty come last.
        listed.sort(key=lambda each: (not each[1], each[1] or 0))
    for measure, value in listed:
        answer(page, measure, value, keyboard)
    if goes_back:
        press(page.locator("form.screen button.back"), keyboard)
    elif page.locator("form.screen button.proceed").count():
        go_on(page, keyboard)
