"""Recruitment addresses: identities are read, credit is given, and nobody is redirected elsewhere."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from pydantic import ValidationError

from experiments.files.faults import InvalidFileError
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.online.recruitment import (
    PREVIEW,
    Arrival,
    Recruitment,
    RecruitmentError,
    Return,
    allowed,
    arrival,
    arrival_from_link,
    invites,
    pilot_link,
    return_of,
    study_link,
)

PROLIFIC = Recruitment(source="prolific", codes={"complete": "C1", "declined": "D 2"})
SONA = Recruitment(
    source="sona", url="https://uni.sona-systems.com/", experiment_id="12", credit_token="ab"
)


@pytest.mark.parametrize(
    ("parameters", "source", "identity", "details"),
    [
        (
            {"PROLIFIC_PID": "5f", "STUDY_ID": "s", "SESSION_ID": "t", "id": "other"},
            "prolific",
            "5f",
            {"STUDY_ID": "s", "SESSION_ID": "t"},
        ),
        ({"id": "1234"}, "sona", "1234", {}),
        ({"source": "qualtrics", "id": "R_1x"}, "qualtrics", "R_1x", {}),
        (
            {"workerId": "W", "assignmentId": "A", "hitId": "H"},
            "mturk",
            "W",
            {"assignmentId": "A", "hitId": "H"},
        ),
        ({}, "direct", None, {}),
        ({"utm": "x"}, "direct", None, {}),
    ],
)
def test_a_link_identifies_the_participant(parameters, source, identity, details):
    assert arrival_from_link(parameters) == Arrival(source, identity, details)


def test_a_preview_is_nobody():
    arrived = arrival_from_link({"assignmentId": PREVIEW, "hitId": "H"})
    assert arrived.preview
    assert arrived.id is None


@pytest.mark.parametrize("identity", ["{{%PROLIFIC_PID%}}", "%SURVEY_CODE%", "${e://Field/ID}"])
def test_a_placeholder_is_no_identity(identity):
    with pytest.raises(RecruitmentError, match="placeholder"):
        arrival({"source": "prolific", "id": identity})


@pytest.mark.parametrize("identity", ["", "a b", "x" * 129, "a\x00", "a\n", 5, ["a"], {"a": 1}])
def test_what_cannot_be_an_identity_is_refused(identity):
    with pytest.raises(RecruitmentError):
        arrival({"source": "sona", "id": identity})


def test_a_source_without_identity_is_refused():
    with pytest.raises(RecruitmentError, match="has no PROLIFIC_PID"):
        arrival({"source": "prolific"})
    with pytest.raises(RecruitmentError, match="unknown"):
        arrival({"source": "elsewhere", "id": "1"})


def test_prolific_goes_back_with_the_outcomes_code():
    arrived = Arrival("prolific", "5f")
    base = "https://app.prolific.com/submissions/complete?cc="
    assert return_of(PROLIFIC, arrived, "complete") == Return(base + "C1")
    assert return_of(PROLIFIC, arrived, "declined") == Return(base + "D+2")
    assert return_of(PROLIFIC, arrived, "left") == Return(base + "C1")
    assert return_of(PROLIFIC, arrived, "full") is None


def test_sona_gets_the_survey_code():
    back = return_of(SONA, Arrival("sona", "77&x"), "complete")
    parts = urlsplit(back.url)
    assert (parts.hostname, parts.path) == ("uni.sona-systems.com", "/webstudy_credit.aspx")
    assert parse_qs(parts.query) == {
        "experiment_id": ["12"],
        "credit_token": ["ab"],
        "survey_code": ["77&x"],
    }


def test_mturk_gets_a_form():
    details = {"assignmentId": "A", "turkSubmitTo": "https://workersandbox.mturk.com"}
    arrived = arrival({"source": "mturk", "id": "W", **details})
    back = return_of(Recruitment(source="mturk"), arrived, "complete")
    assert back.url == "https://workersandbox.mturk.com/mturk/externalSubmit"
    assert back.fields["assignmentId"] == "A"


def test_mturk_cannot_be_made_to_post_elsewhere():
    with pytest.raises(RecruitmentError, match="must not be sent"):
        arrival({"source": "mturk", "id": "W", "turkSubmitTo": "https://evil.example"})


def test_qualtrics_keeps_its_own_query():
    settings = Recruitment(source="qualtrics", url="https://uni.qualtrics.com/jfe/form/SV_1?a=b")
    back = return_of(settings, Arrival("qualtrics", "R_1"), "left")
    assert back.url == "https://uni.qualtrics.com/jfe/form/SV_1?a=b&id=R_1&outcome=left"


def test_a_participant_who_came_another_way_is_not_sent_back():
    assert return_of(PROLIFIC, Arrival("direct", None), "complete") is None
    assert return_of(Recruitment(), Arrival("direct", None), "complete") is None


@pytest.mark.parametrize(
    "url",
    [
        "http://uni.qualtrics.com/x",
        "https://qualtrics.com.evil.example/x",
        "https://evil.example/?https://uni.qualtrics.com",
        "https://uni.qualtrics.com@evil.example/",
        "https://uni.qualtrics.com:8443/",
        "https://qualtrics.com/",
        "https://.qualtrics.com/",
        "https://evilqualtrics.com/",
        "https://evil.example\\.qualtrics.com/",
        "javascript:alert(1)//uni.qualtrics.com",
        "//uni.qualtrics.com",
        "",
    ],
)
def test_other_hosts_are_refused(url):
    with pytest.raises(RecruitmentError):
        allowed(url, "qualtrics")


def test_a_laboratory_can_list_its_own_host():
    assert allowed("https://lab.uni.example/x", "direct", ("lab.uni.example",))
    Recruitment(source="direct", url="https://lab.uni.example/x", hosts=("lab.uni.example",))


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"source": "prolific"}, "codes.complete"),
        ({"source": "sona", "url": "https://u.sona-systems.com"}, "experiment_id, credit_token"),
        ({"source": "qualtrics", "url": "https://evil.example"}, "must not be sent"),
        ({"source": "email"}, "source"),
        ({"source": "prolific", "codes": {"done": "1"}}, "complete"),
        ({"sources": "prolific"}, "sources"),
        ({"source": "qualtrics", "hosts": ["*"]}, "'\\*' is not a host"),
        ({"source": "direct", "hosts": ["https://lab.example"]}, "is not a host"),
        ({"source": "mturk", "url": "https://www.mturk.com/x"}, "does not use url"),
        ({"source": "prolific", "codes": {"complete": 5e12}}, "valid string"),
    ],
)
def test_settings_that_cannot_work_are_reported(settings, word):
    with pytest.raises(ValidationError, match=word):
        Recruitment.model_validate(settings)


def test_a_fault_of_the_file_is_reported_with_its_line_and_key(tmp_path):
    file = tmp_path / "recruitment.yaml"
    file.write_text("source: sona\nurl: http://u.sona-systems.com\nexperiment: 12\n")
    with pytest.raises(InvalidFileError) as error:
        parse(Recruitment, read(file))
    text = str(error.value)
    assert f"{file}:2:6: url: participants must not be sent to http://u.sona-systems.com" in text
    assert f"{file}:3:1: experiment: this key is unknown here" in text


def test_what_is_copied_from_a_platform_stays_as_it_is(tmp_path):
    file = tmp_path / "recruitment.yaml"
    file.write_text("source: prolific\ncodes: {complete: 5E12, left: 012, declined: no}\n")
    codes = parse(Recruitment, read(file)).codes
    assert codes == {"complete": "5E12", "left": "012", "declined": "no"}
    file.write_text(
        "source: sona\nurl: https://u.sona-systems.com\nexperiment_id: 012\ncredit_token: 1_0\n"
    )
    settings = parse(Recruitment, read(file))
    assert (settings.experiment_id, settings.credit_token) == ("012", "1_0")


def test_a_file_that_is_too_deep_is_a_fault(tmp_path):
    file = tmp_path / "recruitment.yaml"
    file.write_text("source: sona\nhosts: " + "[" * 100_000)
    with pytest.raises(InvalidFileError, match="yaml:2:107: this is nested more than 100 levels"):
        parse(Recruitment, read(file))


@pytest.mark.parametrize("host", ["uni.qualtrics.com", "uni.eu.qualtrics.com"])
def test_qualtrics_has_hosts_of_brands_and_of_data_centres(host):
    assert allowed(f"https://{host}/jfe/form/SV_1", "qualtrics")


def test_settings_survive_json():
    again = Recruitment.model_validate_json(json.dumps(PROLIFIC.model_dump(mode="json")))
    assert again == PROLIFIC


@pytest.mark.parametrize("source", ["prolific", "sona", "qualtrics"])
def test_the_link_to_paste_is_the_link_that_is_read(source):
    link = study_link("https://lab.example/", source)
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    with pytest.raises(RecruitmentError, match="placeholder"):
        arrival_from_link(parameters)
    filled = {
        name: "5" if "{" in value or "%" in value else value for name, value in parameters.items()
    }
    assert arrival_from_link(filled).source == source
    assert arrival_from_link(filled).id == "5"


@pytest.mark.parametrize("source", ["prolific", "sona", "mturk", "qualtrics", "direct"])
def test_the_link_of_a_pilot_comes_as_from_the_site(source):
    link = pilot_link("https://lab.example/", source)
    arrived = arrival_from_link(dict(parse_qsl(urlsplit(link).query)))
    assert (arrived.source, arrived.id) == (source, None if source == "direct" else "pilot1")
    assert invites(source, arrived)
    assert invites("direct", arrived)


def test_a_site_s_study_takes_nobody_else():
    assert not invites("prolific", arrival_from_link({}))
    assert not invites("prolific", arrival_from_link({"id": "1"}))
    assert not invites("mturk", arrival_from_link({"hitId": "h"}))
