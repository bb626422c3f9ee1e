"""Recruitment: how participants come from Prolific, SONA, MTurk or Qualtrics, and how they go back.

Pure functions of addresses: the identity in the link that a participant followed, and the address that gives the
participant credit. Nobody is ever sent to a host that is not listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import urlencode, urlsplit

from pydantic import ValidationInfo, field_validator, model_validator

from experiments.errors import UserError
from experiments.files.reading import Model

Outcome = Literal["complete", "declined", "ineligible", "left"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Source = Literal["prolific", "sona", "mturk", "qualtrics", "direct"]

#: What MTurk writes in place of the assignment while a worker only looks at the task.
PREVIEW = "ASSIGNMENT_ID_NOT_AVAILABLE"


@dataclass(frozen=True)
class Site:
    """What is known of a recruiting site."""

    identity: str = ""
    """Parameter of the link that identifies the participant."""
    details: tuple[str, ...] = ()
    """Further parameters of the link that are kept with the identity."""
    hosts: tuple[str, ...] = ()
    """Hosts that participants are sent back to; ``*.`` is any names before the rest."""
    settings: tuple[str, ...] = ()
    """Keys of ``Recruitment`` that the site has a use for, beside ``hosts``."""
    link: str = ""
    """Parameters to put into the study's address at the site, with the site's placeholders."""
    pilot: str = ""
    """Parameters by which a researcher comes as if from the site."""


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
    # MTurk adds its parameters to the ExternalURL by itself.
    "mturk": Site(
        identity="workerId",
        details=("assignmentId", "hitId", "turkSubmitTo"),
        hosts=("www.mturk.com", "workersandbox.mturk.com"),
        pilot="assignmentId=pilot1&hitId=h&workerId=pilot1",
    ),
    # Qualtrics has BRAND.qualtrics.com and BRAND.DATACENTRE.qualtrics.com.
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
    """A link or a setting that cannot be used; the message says what to do after a semicolon."""


def allowed(url: str, source: Source, hosts: tuple[str, ...] = ()) -> str:
    """Return the address if participants may be sent there.

    Raises
    ------
    RecruitmentError
        If it is not https, holds a user name or another port, or its host is not listed.

    Examples
    --------
    >>> allowed("https://uni.sona-systems.com", "sona")
    'https://uni.sona-systems.com'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    plain = parts.scheme == "https" and parts.netloc.lower() == host and "\\" not in url
    if not plain or not any(_matches(host, pattern) for pattern in (*SITES[source].hosts, *hosts)):
        listed = ", ".join((*SITES[source].hosts, *hosts)) or "none"
        raise RecruitmentError(
            f"participants may not be sent to {url}; use an https address of an allowed host ({listed}) "
            "or list its host under recruitment.hosts"
        )
    return url


def _matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return re.fullmatch(r"([a-z0-9-]+\.)+" + re.escape(pattern[2:]), host) is not None
    return host == pattern


@dataclass(frozen=True)
class Arrival:
    """Who came, and from where. ``id`` is None for a direct link without an identity."""

    source: Source
    id: str | None
    details: dict[str, str] = field(default_factory=dict)
    preview: bool = False
    """An MTurk worker who only looks at the task: gets no slot."""


@dataclass(frozen=True)
class Return:
    """Where a participant goes back to: an address, or (MTurk) a form that the browser posts."""

    url: str
    fields: dict[str, str] = field(default_factory=dict)
    """Empty for an address that is just opened."""


class Recruitment(Model):
    """How a study recruits: the key ``recruitment`` of an export's ``study.json``."""

    source: Source = "direct"
    hosts: tuple[str, ...] = ()
    """Hosts allowed beside those of the source, such as a university's own."""
    codes: dict[Literal["complete", "declined", "ineligible", "left", "full"], str] = {}
    """prolific: outcome -> completion code (one for ``complete`` at least)."""
    experiment_id: str = ""
    """sona: number of the study."""
    credit_token: str = ""
    """sona: the study's credit token."""
    url: str = ""
    """sona: the site's address; qualtrics and direct: the address that participants go to afterwards."""

    @field_validator("codes", "experiment_id", "credit_token", mode="before")
    @classmethod
    def _in_quotes(cls, value: object) -> object:
        # YAML makes 12 of 012, and a number of 5E12: what was copied from a site must not change.
        for each in value.values() if isinstance(value, dict) else (value,):
            if isinstance(each, int | float):
                raise RecruitmentError(f"{each} was read as a number; put it into quotes")
        return value

    @field_validator("hosts")
    @classmethod
    def _names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        lower = tuple(host.lower() for host in hosts)
        for host in lower:
            if not _HOST.fullmatch(host):
                raise RecruitmentError(
                    f"'{host}' is not a host; write a name such as lab.example.org, or *.example.org"
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
        taken = SITES[self.source].settings
        needed: tuple[str, ...] = ()
        if self.source == "sona":
            needed = tuple(key for key in taken if not getattr(self, key))
        elif self.source == "prolific" and not self.codes.get("complete"):
            needed = ("codes.complete",)
        if needed:
            raise RecruitmentError(
                f"recruitment over {self.source} lacks {', '.join(needed)}; copy it from the study's page there"
            )
        keys = ("codes", "url", "experiment_id", "credit_token")
        unused = [key for key in keys if getattr(self, key) and key not in taken]
        if unused:
            raise RecruitmentError(
                f"recruitment over {self.source} has no use for {', '.join(unused)}; take it out, or correct 'source'"
            )
        return self


def arrival_from_link(parameters: Mapping[str, str]) -> Arrival:
    """Find out from the parameters of the opened link who came from where.

    Raises
    ------
    RecruitmentError
        If the link still holds a placeholder, or an identity that cannot be one.

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
    """Read the key ``recruitment`` of an opened session: source, id, further parameters of the link.

    Raises
    ------
    RecruitmentError
        As ``arrival_from_link``, or if the source is not known.
    """
    given = recruitment or {}
    source = given.get("source") or "direct"
    if source not in tuple(SITES):  # It may be anything, also what has no hash.
        raise RecruitmentError(
            f"the recruitment source {source!r:.40} is not known; open the study by its own link"
        )
    site = SITES[source]
    details = {
        name: _checked(name, given[name]) for name in site.details if given.get(name) is not None
    }
    if "turkSubmitTo" in details:
        allowed(details["turkSubmitTo"].rstrip("/"), source)
    if source == "mturk" and details.get("assignmentId") == PREVIEW:
        return Arrival(source, None, preview=True)
    identity = given.get("id")
    if identity is None and source != "direct":
        identity = given.get(site.identity)
        if identity is None:
            raise RecruitmentError(
                f"the link lacks {site.identity}; open the study from {source}, not by a copied address"
            )
    return Arrival(source, None if identity is None else _checked("id", identity), details)


def invites(source: Source, came: Arrival) -> bool:
    """Return whether somebody comes from where a study recruits.

    A study that recruits over a site takes nobody else: there would be no identity to pay or to credit. A
    study with links of its own takes everybody.
    """
    return source in ("direct", came.source)


def _checked(name: str, value: object) -> str:
    if not isinstance(value, str) or not _IDENTITY.fullmatch(value):
        raise RecruitmentError(
            f"'{name}' of the link is not 1 to 128 letters, digits or signs; open the study by its own link"
        )
    if _PLACEHOLDER.search(value):
        # Everybody would come with the same identity, and share one session.
        raise RecruitmentError(
            f"'{name}' of the link is the placeholder {value}; the experimenter has to correct the study's address"
        )
    return value


def return_of(settings: Recruitment, came: Arrival, outcome: str) -> Return | None:
    """Return where a participant goes after an outcome, or None where there is nothing to go back to.

    Prolific gets the outcome's own code, or that of ``complete`` where the study has no other: who
    leaves keeps the payment. Outcome ``full`` (no free slot) has a code only if the study states one.
    """
    if settings.source != came.source:
        return None
    if came.source == "prolific":
        codes = dict[str, str](**settings.codes)
        code = codes.get(outcome) or ("" if outcome == "full" else codes["complete"])
        url = f"https://app.prolific.com/submissions/complete?{urlencode({'cc': code})}"
        return Return(url) if code else None
    if outcome == "full" and came.source in {"sona", "mturk"}:
        return None
    if came.source == "sona":
        query = {
            "experiment_id": settings.experiment_id,
            "credit_token": settings.credit_token,
            "survey_code": came.id or "",
        }
        return Return(f"{settings.url.rstrip('/')}/webstudy_credit.aspx?{urlencode(query)}")
    if came.source == "mturk":
        host = came.details.get("turkSubmitTo", "https://www.mturk.com").rstrip("/")
        fields = {"assignmentId": came.details.get("assignmentId", ""), "outcome": outcome}
        return Return(f"{host}/mturk/externalSubmit", fields)
    if not settings.url:
        return None
    query = {"id": came.id or "", "outcome": outcome}
    return Return(f"{settings.url}{'&' if '?' in settings.url else '?'}{urlencode(query)}")


def pilot_link(address: str, source: Source) -> str:
    """Return an address by which a researcher comes as if from the recruiting site."""
    return _with(address, SITES[source].pilot)


def study_link(address: str, source: Source) -> str:
    """Return the address to paste into the recruiting site, with that site's placeholders.

    Examples
    --------
    >>> study_link("https://lab.example/", "sona")
    'https://lab.example/?id=%SURVEY_CODE%'
    """
    return _with(address, SITES[source].link)


def _with(address: str, parameters: str) -> str:
    return f"{address}?{parameters}" if parameters else address
