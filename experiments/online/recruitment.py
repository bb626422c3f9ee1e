"""Recruitment: how participants arrive from Prolific, SONA, MTurk or Qualtrics, and how they are sent back.

The functions here read the participant's ID from the link with which the study was opened, and return the address that
gives the participant credit. Participants are never sent to a host that is not listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import urlencode, urlsplit

from pydantic import ValidationInfo, field_validator, model_validator

from experiments.errors import UserError
from experiments.files.model import Model
from experiments.files.scalars import Note

Outcome = Literal["complete", "declined", "ineligible", "left"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Source = Literal["prolific", "sona", "mturk", "qualtrics", "direct"]

#: ``assignmentId`` in the link while an MTurk worker previews the task.
PREVIEW = "ASSIGNMENT_ID_NOT_AVAILABLE"


@dataclass(frozen=True)
class Site:
    """The properties of a recruitment platform."""

    identity: str = ""
    """Parameter of the link that identifies the participant."""
    details: tuple[str, ...] = ()
    """Other parameters of the link that are stored with the ID."""
    hosts: tuple[str, ...] = ()
    """Hosts to which participants are sent back; ``*.`` means any subdomain."""
    settings: tuple[str, ...] = ()
    """Keys of ``Recruitment`` that the platform uses, besides ``hosts``."""
    link: str = ""
    """Parameters of the study's address on the platform, with the platform's placeholders."""
    pilot: str = ""
    """Parameters with which researchers can open the study as if they came from the platform."""


SITES: dict[Source, Site] = {
    "prolific": Site(
        identity="PROLIFIC_PID",
        details=("STUDY_ID", "SESSION_ID"),
        hosts=("app.prolific.com", "app.prolific.co"),
        settings=("codes",),
        link="PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}",
        pilot="PROLIFIC_PID=pilot1&STUDY_ID=s&SESSION_ID=t",
    ),
    "sona": Site(
        identity="id",
        hosts=("*.sona-systems.com",),
        settings=("url", "experiment_id", "credit_token"),
        link="id=%SURVEY_CODE%",
        pilot="id=pilot1",
    ),
    # MTurk adds its parameters to the ExternalURL automatically.
    "mturk": Site(
        identity="workerId",
        details=("assignmentId", "hitId", "turkSubmitTo"),
        hosts=("www.mturk.com", "workersandbox.mturk.com"),
        pilot="assignmentId=pilot1&hitId=h&workerId=pilot1",
    ),
    # Qualtrics uses BRAND.qualtrics.com and BRAND.DATACENTRE.qualtrics.com.
    "qualtrics": Site(
        identity="id",
        hosts=("*.qualtrics.com",),
        settings=("url",),
        link="source=qualtrics&id=${e://Field/ResponseID}",
        pilot="source=qualtrics&id=pilot1",
    ),
    "direct": Site(settings=("url",)),
}
_PLACEHOLDER = re.compile(r"\{\{.*\}\}|^%.*%$|\$\{.*\}")
_IDENTITY = re.compile(r"[!-~]{1,128}")
_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+")


class RecruitmentError(UserError, ValueError):
    """A link or setting is invalid; the message gives the remedy after a semicolon."""


def allowed(url: str, source: Source, hosts: tuple[str, ...] = ()) -> str:
    """Return the address if participants may be sent there.

    Raises
    ------
    RecruitmentError
        If it is not https, contains a user name or a port, or its host is not listed.

    Examples
    --------
    >>> allowed("https://uni.sona-systems.com", "sona")
    'https://uni.sona-systems.com'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    is_plain = parts.scheme == "https" and parts.netloc.lower() == host and "\\" not in url
    if not is_plain or not any(
        _matches(host, pattern) for pattern in (*SITES[source].hosts, *hosts)
    ):
        listed = ", ".join((*SITES[source].hosts, *hosts)) or "none"
        raise RecruitmentError(
            f"participants must not be sent to {url}; use an https address on an allowed host ({listed}), "
            "or list its host under recruitment.hosts"
        )
    return url


def _matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return re.fullmatch(r"([a-z0-9-]+\.)+" + re.escape(pattern[2:]), host) is not None
    return host == pattern


@dataclass(frozen=True)
class Arrival:
    """A participant's arrival: recruitment platform and ID. ``id`` is None for a direct link without an ID."""

    source: Source
    id: str | None
    details: dict[str, str] = field(default_factory=dict)
    preview: bool = False
    """Whether an MTurk worker is only previewing the task, and therefore gets no slot."""


@dataclass(frozen=True)
class Return:
    """Where a participant is sent: an address, or (MTurk) a form that the browser posts to it."""

    url: str
    fields: dict[str, str] = field(default_factory=dict)
    """Fields of the form; empty if the address is simply opened."""


class Recruitment(Model):
    """A study's recruitment settings: the key ``recruitment`` of an export's ``study.json``."""

    source: Source = "direct"
    hosts: tuple[Note, ...] = ()
    """Hosts allowed in addition to the platform's, such as a university's."""
    codes: dict[Literal["complete", "declined", "ineligible", "left", "full"], Note] = {}
    """prolific: outcome -> completion code (``complete`` is required)."""
    experiment_id: Note = ""
    """sona: number of the study."""
    credit_token: Note = ""
    """sona: the study's credit token."""
    url: Note = ""
    """sona: the address of the university's SONA site; qualtrics and direct: the address to which participants are sent
    afterwards."""

    @field_validator("hosts")
    @classmethod
    def _are_host_names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        lower = tuple(host.lower() for host in hosts)
        for host in lower:
            if not _HOST.fullmatch(host):
                raise RecruitmentError(
                    f"'{host}' is not a host name; write a name such as lab.example.org, or *.example.org"
                )
        return lower

    @field_validator("url")
    @classmethod
    def _may_be_opened(cls, url: str, known: ValidationInfo) -> str:
        if url and {"source", "hosts"} <= known.data.keys():
            allowed(url, known.data["source"], known.data["hosts"])
        return url

    @model_validator(mode="after")
    def _complete(self) -> Recruitment:
        used = SITES[self.source].settings
        needed: tuple[str, ...] = ()
        if self.source == "sona":
            needed = tuple(key for key in used if not getattr(self, key))
        elif self.source == "prolific" and not self.codes.get("complete"):
            needed = ("codes.complete",)
        if needed:
            raise RecruitmentError(
                f"recruitment through {self.source} needs {', '.join(needed)}; copy it from the study's page on the platform"
            )
        keys = ("codes", "url", "experiment_id", "credit_token")
        unused = [key for key in keys if getattr(self, key) and key not in used]
        if unused:
            raise RecruitmentError(
                f"recruitment through {self.source} does not use {', '.join(unused)}; remove it, or correct 'source'"
            )
        return self


def arrival_from_link(parameters: Mapping[str, str]) -> Arrival:
    """Return the arrival that the parameters of the link describe.

    Raises
    ------
    RecruitmentError
        If the link still has a placeholder, or an ID that cannot be valid.

    Examples
    --------
    >>> arrival_from_link({"PROLIFIC_PID": "5f1", "STUDY_ID": "s"})
    Arrival(source='prolific', id='5f1', details={'STUDY_ID': 's'}, preview=False)
    """
    if "PROLIFIC_PID" in parameters:
        source: Source = "prolific"
    elif "assignmentId" in parameters:
        source = "mturk"
    elif "id" in parameters:
        source = "qualtrics" if parameters.get("source") == "qualtrics" else "sona"
    else:
        source = "direct"
    identity = parameters.get(SITES[source].identity)
    return arrival({**parameters, "source": source, "id": identity})


def arrival(recruitment: Mapping[str, Any] | None) -> Arrival:
    """Return the arrival from the key ``recruitment`` of a request to open a session.

    Raises
    ------
    RecruitmentError
        As ``arrival_from_link``, or if the source is unknown.
    """
    parameters = recruitment or {}
    source = parameters.get("source") or "direct"
    if source not in tuple(
        SITES
    ):  # The source can be anything, even an object that cannot be hashed.
        raise RecruitmentError(
            f"the recruitment source {source!r:.40} is unknown; open the study with the original link"
        )
    site = SITES[source]
    details = {
        name: _checked(name, parameters[name])
        for name in site.details
        if parameters.get(name) is not None
    }
    if "turkSubmitTo" in details:
        allowed(details["turkSubmitTo"].rstrip("/"), source)
    if source == "mturk" and details.get("assignmentId") == PREVIEW:
        return Arrival(source, None, preview=True)
    identity = parameters.get("id")
    if identity is None and source != "direct":
        identity = parameters.get(site.identity)
        if identity is None:
            raise RecruitmentError(
                f"the link has no {site.identity}; open the study from {source}, not from a copied address"
            )
    return Arrival(source, None if identity is None else _checked("id", identity), details)


def invites(source: Source, arrival: Arrival) -> bool:
    """Return whether a study admits an arrival.

    A study that recruits through a platform admits only participants from there, because others have no ID by which
    they could be paid or credited. A study with direct links admits everybody.
    """
    return source in ("direct", arrival.source)


def _checked(name: str, value: object) -> str:
    if not isinstance(value, str) or not _IDENTITY.fullmatch(value):
        raise RecruitmentError(
            f"'{name}' in the link is not 1 to 128 letters, digits or symbols; open the study with the original link"
        )
    if _PLACEHOLDER.search(value):
        # All participants would have the same ID, and share one session.
        raise RecruitmentError(
            f"'{name}' in the link is still the placeholder {value}; the experimenter must correct the study's address"
        )
    return value


def return_of(settings: Recruitment, arrival: Arrival, outcome: str) -> Return | None:
    """Return where a participant is sent after an outcome; None if nowhere.

    Prolific gets the outcome's own code or, if the study has none, that of ``complete``: participants who leave are
    still paid. The outcome ``full`` (no free slot) has a code only if the study states one.
    """
    if settings.source != arrival.source:
        return None
    if arrival.source == "prolific":
        codes = dict[str, str](**settings.codes)
        code = codes.get(outcome) or ("" if outcome == "full" else codes["complete"])
        url = f"https://app.prolific.com/submissions/complete?{urlencode({'cc': code})}"
        return Return(url) if code else None
    if outcome == "full" and arrival.source in {"sona", "mturk"}:
        return None
    if arrival.source == "sona":
        query = {
            "experiment_id": settings.experiment_id,
            "credit_token": settings.credit_token,
            "survey_code": arrival.id or "",
        }
        return Return(f"{settings.url.rstrip('/')}/webstudy_credit.aspx?{urlencode(query)}")
    if arrival.source == "mturk":
        host = arrival.details.get("turkSubmitTo", "https://www.mturk.com").rstrip("/")
        fields = {"assignmentId": arrival.details.get("assignmentId", ""), "outcome": outcome}
        return Return(f"{host}/mturk/externalSubmit", fields)
    if not settings.url:
        return None
    query = {"id": arrival.id or "", "outcome": outcome}
    return Return(f"{settings.url}{'&' if '?' in settings.url else '?'}{urlencode(query)}")


def pilot_link(address: str, source: Source) -> str:
    """Return an address with which researchers can test the study as if they came from the recruitment platform."""
    return _with(address, SITES[source].pilot)


def study_link(address: str, source: Source) -> str:
    """Return the study's address to paste into the recruitment platform, with its placeholders.

    Examples
    --------
    >>> study_link("https://lab.example/", "sona")
    'https://lab.example/?id=%SURVEY_CODE%'
    """
    return _with(address, SITES[source].link)


def _with(address: str, parameters: str) -> str:
    return f"{address}?{parameters}" if parameters else address
