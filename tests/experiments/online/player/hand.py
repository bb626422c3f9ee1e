"""Input at the page: answers a screen of the player by mouse or keyboard, as a participant would."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

LEAVE = "leave"
#: Milliseconds that anything may take on a machine that is busy with other things.
PATIENCE = 90_000


def screen_of(page: Page) -> str:
    """Wait for a screen that ends with a button press, and return its id.

    A look goes by itself: whoever tries to catch one is too late on a slow machine.
    """
    form = page.locator("form.screen.is-shown:not(.look)")
    form.wait_for()
    return str(form.get_attribute("data-screen"))


def wait_for_next(page: Page, screen: str) -> None:
    """Wait until another screen is shown, or the page after the last."""
    page.wait_for_function(
        """screen => {
          const shown = document.querySelector("form.screen.is-shown")?.dataset.screen;
          return shown ? shown !== screen : document.querySelector("main.plain") !== null;
        }""",
        arg=screen,
    )


def item(page: Page, measure: str) -> Locator:
    """Return the element of an item."""
    return page.locator(f'.item[data-measure="{measure}"]')


def answer(page: Page, measure: str, value: Any, keyboard: bool = False) -> None:
    """Answer one item; None skips it."""
    box = item(page, measure)
    line = box.locator(".line")
    radios = box.locator("input[type=radio]")
    if value is None:
        press(box.locator("button.skip"), keyboard)
    elif line.count():
        set_line(line, value, keyboard)
    elif radios.count():
        choose(page, box, value, keyboard)
    else:
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
    wanted = box.locator(f'input[data-value="{int(value) if whole else value}"]')
    if not keyboard:
        wanted.locator("xpath=ancestor::label").click()
        return
    # The keyboard enters a group at its first point and walks to the wanted one.
    box.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    for _ in range(box.locator("input[type=radio]").count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no key reaches {value!r}")


def set_line(line: Locator, value: float, keyboard: bool) -> None:
    """Set a mark at a value, on the side that the page's direction requires."""
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


def go_on(page: Page, keyboard: bool = False) -> None:
    """Press the button to continue."""
    press(page.locator("form.screen button.proceed:not([aria-disabled])"), keyboard)


def leave(page: Page, keyboard: bool = False) -> None:
    """Leave the study, and confirm it."""
    press(page.locator("button.leave"), keyboard)
    press(page.locator('dialog [data-choice="leave"]'), keyboard)


def respond(page: Page, answers: dict[str, Any] | str, keyboard: bool = False) -> None:
    """Answer the current screen, and continue."""
    if answers == LEAVE:
        leave(page, keyboard)
        return
    assert isinstance(answers, dict)
    for measure, value in answers.items():
        answer(page, measure, value, keyboard)
    go_on(page, keyboard)
