"""Hosts: where participants may be sent, by the site that they come from. Nobody is ever sent anywhere else."""

from __future__ import annotations

import re
from typing import Literal, get_args
from urllib.parse import urlsplit

from experiments.errors import UserError

Source = Literal["prolific", "sona", "mturk", "qualtrics", "direct"]
SOURCES: tuple[Source, ...] = get_args(Source)

#: Hosts that participants are sent back to; ``*.`` stands for any names before the rest (Qualtrics has
#: ``BRAND.qualtrics.com`` and ``BRAND.DATACENTRE.qualtrics.com``).
HOSTS: dict[Source, tuple[str, ...]] = {
    "prolific": ("app.prolific.com", "app.prolific.co"),
    "sona": ("*.sona-systems.com",),
    "mturk": ("www.mturk.com", "workersandbox.mturk.com"),
    "qualtrics": ("*.qualtrics.com",),
    "direct": (),
}


class RecruitmentFault(UserError, ValueError):
    """A link or a setting that cannot be used; the message says what to do after a semicolon."""


def allowed(url: str, source: Source, hosts: tuple[str, ...] = ()) -> str:
    """Return the address if participants may be sent there.

    Raises
    ------
    RecruitmentFault
        If it is not https, holds a user name or another port, or its host is not listed.

    Examples
    --------
    >>> allowed("https://uni.sona-systems.com", "sona")
    'https://uni.sona-systems.com'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    plain = parts.scheme == "https" and parts.netloc.lower() == host and "\\" not in url
    if not plain or not any(_matches(host, pattern) for pattern in (*HOSTS[source], *hosts)):
        listed = ", ".join((*HOSTS[source], *hosts)) or "none"
        raise RecruitmentFault(
            f"participants may not be sent to {url}; use an https address of an allowed host ({listed}) "
            "or list its host under recruitment.hosts"
        )
    return url


def _matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return re.fullmatch(r"([a-z0-9-]+\.)+" + re.escape(pattern[2:]), host) is not None
    return host == pattern
