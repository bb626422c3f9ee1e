"""An instrument as a table: what it becomes, and the faults of tables that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_study

from experiments.files.faults import InvalidFileError
from experiments.stimuli.scales import load_scale, scale_names

STRESS = """\
item\ttext\treverse\tsubscale\t1\t3\t5
tense\tI felt tense.\t\tstrain\tNot at all\tSomewhat\tCompletely
calm\tI felt calm.\tyes\tstrain\t\t\t
rushed\tI felt rushed.\tno\tpace\t\t\t
"""


def write(folder: Path, text: str, name: str = "stress") -> Path:
    path = folder / f"{name}.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    write(folder, text)
    with pytest.raises(InvalidFileError) as caught:
        load_scale("stress", folder)
    return [
        f"{Path(fault.file).name}:{fault.line}:{fault.column} {fault.found}. {fault.remedy}"
        for fault in caught.value.faults
    ]


def test_a_table_is_an_instrument_with_scores_and_anchors(tmp_path: Path) -> None:
    write(tmp_path, STRESS)
    scale = load_scale("stress", tmp_path)
    assert [item.id for item in scale.items] == ["tense", "calm", "rushed"]
    assert scale.reverse == ("calm",)
    assert (scale.response.low, scale.response.high) == (1, 5)
    assert scale.anchors == {"en": {1: "Not at all", 3: "Somewhat", 5: "Completely"}}
    assert scale.score({"tense": 5, "calm": 1, "rushed": 2}) == {"strain": 5.0, "pace": 2.0}
    assert scale.score({"tense": 5, "rushed": None}) == {"strain": None, "pace": None}
    assert "stress" in scale_names(tmp_path)
    assert "stress" not in scale_names(tmp_path / "elsewhere")


def test_without_subscales_the_instrument_has_one_score(tmp_path: Path) -> None:
    write(tmp_path, "item\ttext\t0\t6\na\tAlpha.\tnever\talways\nb\tBeta.\t\t\n", "short")
    scale = load_scale("short", tmp_path)
    assert scale.score({"a": 6, "b": 3}) == {"short": 4.5}


def test_several_languages_have_columns_of_their_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        "item\ttext\ttext.de\t1\t1.de\t7\t7.de\na\tAlpha.\tAlfa.\tno\tnein\tyes\tja\n",
    )
    scale = load_scale("stress", tmp_path)
    assert scale.languages == ("en", "de")
    (ask,) = scale.asks("short", "de")
    assert (ask.prompt, ask.low_label, ask.high_label) == ("Alfa.", "nein", "ja")


def test_a_study_uses_a_table_as_an_instrument(tmp_path: Path) -> None:
    write(tmp_path, STRESS)
    text = small_study.TEXT.replace("  - use: debriefing", "  - scale: stress\n  - use: debriefing")
    study = small_study.write(tmp_path, text)
    assert {"stress.strain", "stress.pace", "stress.calm"} <= set(study.names.measures)
    timeline = study.timeline(study.first_slots("main")[0])
    asked = [ask for screen in timeline.screens for ask in screen.asks]
    (calm,) = [ask for ask in asked if ask.measure == "stress.calm"]
    assert (calm.prompt, calm.low_label, calm.high_label) == (
        "I felt calm.",
        "Not at all",
        "Completely",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "item\ttext\t1\t7\na\tAlpha {name}.\tno\t{yes\n",
            [
                "stress.tsv:2:2 found '{name}'. Write the text itself;",
                "stress.tsv:2:4 found '{yes'. Write the text itself;",
            ],
        ),
        (
            "itm\ttext\t1\t7\na\tAlpha.\tno\tyes\n",
            ["stress.tsv:1:1 there is no column 'item' with the names of the items. Did you mean"],
        ),
        (
            "item\twording\t1\t7\na\tAlpha.\tno\tyes\n",
            ["stress.tsv:1:1 there is no column 'text'."],
        ),
        (
            "item\ttext\t7\na\tAlpha.\tyes\n",
            ["stress.tsv:1:1 no columns say which points the scale has"],
        ),
        (
            "item\ttext\ttext.de\t1\t7\na\tAlpha.\tAlfa.\tno\tyes\n",
            [
                "stress.tsv:1:1 the point 1 has no label in 'de'. Write it in the column '1.de'",
                "stress.tsv:1:1 the point 7 has no label in 'de'. Write it in the column '7.de'",
            ],
        ),
        (
            "item\ttext\treverse\tsubscale\t1\t7\na\tAlpha.\tmaybe\tA b\tno\tyes\na\t\t\t\t\t\nB c\tBeta.\t\t\t\t\n",
            [
                "stress.tsv:2:3 found 'maybe'. Write yes, or leave the cell empty.",
                "stress.tsv:2:4 'A b' cannot be the name of a score.",
                "stress.tsv:3:1 'a' is in line 2 too. Give each item its own name.",
                "stress.tsv:3:2 'a' has no text. Write the wording of the item.",
                "stress.tsv:4:1 'B c' cannot be the name of an item.",
            ],
        ),
    ],
)
def test_every_fault_of_a_table_has_its_place_and_remedy(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    found = faults(tmp_path, text)
    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        assert one.startswith(wanted)
