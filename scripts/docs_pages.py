"""Write the pages of ``docs`` that are made from other files: ``python -m scripts.docs_pages``.

They are kept in the repository, so that whoever reads it without building the site has them too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from experiments.protocol.check import read_study
from experiments.protocol.lab import FILE as LAB
from scripts.docs_reference import reference

CHECKOUT = Path(__file__).resolve().parents[1]


def gallery() -> str:
    """Return the page with a picture and the summary of each study in ``protocols/``."""
    parts = ["# Gallery\n\nThe studies that come with compassion, each with one of its screens.\n"]
    for path in sorted((CHECKOUT / "protocols").glob("*.yaml")):
        if path.name == LAB:
            continue
        study = read_study(path).study
        name, summary = study.study, " ".join(study.summary.split())
        parts.append(
            f"## {study.title}\n\n{summary}\n\n"
            f"![A screen of {name}](images/gallery/{name}.png)\n\n"
            f"`compassion preview protocols/{path.name}` shows every screen.\n"
        )
    return "\n".join(parts)


PAGES: Mapping[str, Callable[[], str]] = {"gallery.md": gallery, "reference.md": reference}
"""Page of ``docs`` -> what writes it."""

if __name__ == "__main__":
    for page, text in PAGES.items():
        (CHECKOUT / "docs" / page).write_text(text(), encoding="utf-8")
