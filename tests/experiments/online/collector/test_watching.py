"""The live page: for the experimenter only, without any answers."""

from __future__ import annotations

import httpx
import pytest
from small_export import PASSWORD, rows_of

from experiments.online.collector.refusal import RateLimit, RateLimits, RefusedRequestError


@pytest.fixture
def browser(server):
    with httpx.Client(base_url=server.client.base_url, verify=False, timeout=60) as client:
        yield client


def log_in(browser: httpx.Client, password: str = PASSWORD, **headers: str) -> httpx.Response:
    return browser.post("/live/login", data={"password": password}, headers=headers)


def test_without_a_login_nothing_is_shown(browser):
    assert browser.get("/live").headers["location"] == "/live/login"
    assert browser.get("/live/data").status_code == 401
    browser.cookies.set("compassion_live", "forged")
    assert browser.get("/live/data").status_code == 401
    assert "password" in browser.get("/live/login").text


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_login_shows_counts_and_no_answers(start, kind):
    server = start(kind, slots=8)
    complete, declined, _ = server.complete(), server.open(), server.open()
    server.post(declined, "finish", outcome="declined")
    server.post(complete, "rows", rows=[{"bad": 1}])
    with httpx.Client(base_url=server.client.base_url, verify=False, timeout=60) as browser:
        answer = log_in(browser)
        assert (answer.status_code, answer.headers["location"]) == (303, "/live")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "A small study" in browser.get("/live").text
        counts = browser.get("/live/data").json()
    assert (counts["slots"], counts["started"], counts["completed"]) == (8, 3, 1)
    assert (counts["declined"], counts["running"], counts["active"]) == (1, 1, 1)
    assert (counts["rows"], counts["refused"]) == (len(rows_of(complete)), 1)
    assert counts["last_row"]
    assert sum(hour["started"] for hour in counts["hours"]) == 3
    assert [cell["code"] for cell in counts["cells"]] == ["A", "B"]
    assert sum(cell["slots"] for cell in counts["cells"]) == 8
    assert sum(cell["completed"] for cell in counts["cells"]) == 1
    assert sum(cell["ended"] for cell in counts["cells"]) == 1
    assert "moved" not in str(counts)
    assert "many" not in str(counts)


def test_logging_out_ends_the_login(browser):
    log_in(browser)
    page = browser.get("/live").text
    token = page.split('name="token" value="')[1].split('"')[0]
    assert browser.post("/live/logout", data={"token": "x"}).status_code == 403
    assert browser.get("/live/data").status_code == 200
    cookie = browser.cookies["compassion_live"]
    browser.post("/live/logout", data={"token": token})
    browser.cookies.set("compassion_live", cookie, path="/live")
    assert browser.get("/live/data").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_from_another_site_is_refused(browser, headers):
    assert log_in(browser, **headers).status_code == 403
    assert "set-cookie" not in log_in(browser, **headers).headers


def test_guessing_is_slow(start):
    server = start()
    with httpx.Client(base_url=server.client.base_url, verify=False, timeout=60) as browser:
        statuses = [log_in(browser, "guess 0").status_code]
        # However slow the machine: five at once, and one more in ten seconds after that.
        while statuses[-1] != 429 and len(statuses) < 100:
            statuses.append(log_in(browser, f"guess {len(statuses)}").status_code)
        assert len(statuses) > 5
        assert set(statuses[:-1]) == {403}
        assert statuses[-1] == 429


def test_behind_tls_the_cookie_is_for_tls_alone(start):
    server = start()
    with httpx.Client(base_url=server.client.base_url, verify=False, timeout=60) as browser:
        answer = log_in(browser, **{"X-Forwarded-Proto": "https"})
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("address", ["/", "/live/login", "/live/live.js", "/nothing"])
def test_every_answer_has_the_security_headers(browser, address):
    headers = browser.get(address).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


def test_answers_to_the_script_can_show_nothing(server):
    answer = server.client.post("/api/rows", json={})
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_caller_who_is_too_fast_has_to_wait(start):
    server = start()
    opened = server.open()
    forged = {"token": "forged.token"}
    answers = [server.post(forged, "drafts", drafts={})]
    # However slow the machine: more than a hundred at once, and more than five a second after that.
    while answers[-1].status_code != 429 and len(answers) < 3000:
        answers.append(server.post(forged, "drafts", drafts={}))
    assert len(answers) > 100
    assert {answer.status_code for answer in answers[:-1]} == {401}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    # A participant at the same address can still answer.
    assert server.post(opened, "drafts", drafts={}).status_code == 200


def test_each_session_has_its_own_pace():
    limit = RateLimit(burst=3, rate=0.001)
    for _ in range(3):
        limit.check("one")
    with pytest.raises(RefusedRequestError):
        limit.check("one")
    limit.check("another")


def test_a_home_with_many_addresses_is_one_caller():
    limits = RateLimits()
    assert limits.caller("2001:db8:1:2::1") == limits.caller("2001:db8:1:2:ffff::9")
    assert limits.caller("2001:db8:1:2::1") != limits.caller("2001:db8:1:3::1")
    assert limits.caller("192.0.2.1") != limits.caller("192.0.2.2")
    assert "192" not in limits.caller("192.0.2.1")
