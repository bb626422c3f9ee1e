"""The live page in a real browser, under its own content security policy."""

from __future__ import annotations

import pytest
from hand import PATIENCE
from small_export import PASSWORD

#: How often the page asks for its counts.
EVERY_MS = 4000


@pytest.mark.browser
def test_the_live_page_counts_by_itself(start, browser):
    server = start(slots=8)
    server.complete()
    faults = []
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.on(
        "console",
        lambda message: faults.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.clock.install()
    page.goto(f"{server.client.base_url}/live")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("#cells tr")
    assert page.inner_text("#completed") == "1"
    assert page.inner_text("#state") == "Live"
    assert page.locator("#cells tr").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    server.complete()
    page.clock.run_for(EVERY_MS)
    page.wait_for_selector('#completed:text-is("2")')
    server.kill()
    page.clock.run_for(EVERY_MS)
    page.wait_for_selector(".state.broken")
    page.close()
    assert [fault for fault in faults if "ERR_CONNECTION" not in fault] == []
