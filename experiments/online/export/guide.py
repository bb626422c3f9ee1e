"""The guide in each export: what to fill in, the steps, the pilot checklist, payment, and limitations.

The texts are in ``guides/``, one template for each target.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiments.online.export.targets import TARGETS
from experiments.online.recruitment import Recruitment, pilot_link, study_link
from experiments.study import Study
from experiments.templates import environment


def guide(
    study: Study,
    target: str,
    mode: str,
    slots: int,
    languages: Sequence[str],
    recruitment: Recruitment,
) -> str:
    """Return the README of an export for the browser, in Markdown.

    Parameters
    ----------
    languages
        Languages that participants will read.
    """
    to, source = TARGETS[target], recruitment.source
    link, pilot = study_link(to.address, source), pilot_link(to.address, source)
    if to.numbered:
        link += ("&" if "?" in link else "?") + "participant=NUMBER"
        pilot += "&participant=1"
    facts = {"recruitment": recruitment, "link": link, "pilot": pilot}
    return written(study, target, mode, slots, languages, **facts)


def written(
    study: Study, target: str, mode: str, slots: int, languages: Sequence[str], **facts: Any
) -> str:
    """Return the README of an export, from the template of its target.

    Parameters
    ----------
    facts
        Further values that the template uses, besides the protocol, the mode and what is not filled in.
    """
    template = environment("experiments.online.export").get_template(f"guides/{target}.md.j2")
    return template.render(
        protocol=study,
        target=target,
        mode=mode,
        slots=slots,
        languages=languages,
        stakes=study.stakes(mode),
        missing=study.unfinished,
        **{"kept": "", **facts},
    )
