"""The targets are declared once: help, messages, guides and the table of the docs use that list."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from compassion.commands.main import app
from experiments.online import recruitment
from experiments.online.export import guide
from experiments.online.export.exporting import ExportError, order
from experiments.online.export.targets import TARGETS, names
from experiments.places import shipped_folder
from experiments.study import open_study

ROOT = Path(__file__).resolve().parents[4]
GUIDES = Path(guide.__file__).parent / "guides"


def test_the_docs_hold_the_table() -> None:
    rows = [
        ("target", "use it if", "writes", "slots", "after a page is closed", "tested with"),
        *(
            (f"`{name}`", each.use_it_if, each.writes, each.slots, each.closed, each.tested_with)
            for name, each in TARGETS.items()
        ),
    ]
    heading, *lines = (f"| {' | '.join(row)} |" for row in rows)
    table = "\n".join([heading, "|---" * 6 + "|", *lines])
    assert table in (ROOT / "docs" / "online.md").read_text("utf-8")


def test_the_help_names_every_target() -> None:
    help_text = CliRunner().invoke(app, ["export", "--help"], env={"COLUMNS": "200"}).output
    assert names() in " ".join(help_text.replace("│", " ").split())


def test_another_target_is_refused() -> None:
    study = open_study(shipped_folder("protocols") / "compassion_collapse.yaml")
    with pytest.raises(
        ExportError, match=r"no target 'paper'\. The targets are static, .* and builder"
    ):
        order(study, "paper")


def test_each_target_has_a_guide_and_no_guide_is_left_over() -> None:
    shared = {"guide", "about", "unfilled"}
    assert {path.name.removesuffix(".md.j2") for path in GUIDES.iterdir()} == {*TARGETS, *shared}


@pytest.mark.parametrize("target", [name for name, each in TARGETS.items() if each.address])
@pytest.mark.parametrize("mode", ["lottery", "hypothetical"])
def test_a_guide_holds_the_link_the_stakes_and_the_ends(target: str, mode: str) -> None:
    study = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    back = recruitment.Recruitment(source="prolific", codes={"complete": "C1", "left": "L2"})
    note = guide.guide(study, target, mode, 12, ["en"], back)
    assert f"    {TARGETS[target].address}?" in note
    assert f'mode `{mode}`,\n12 places in the allocation list ("slots").' in note
    assert "- left: code `L2`" in note
    assert ("## Pay" in note) == (mode == "lottery")
    assert "lang=CODE" not in note
    assert "\n\n\n" not in note
    assert "{% " not in note
