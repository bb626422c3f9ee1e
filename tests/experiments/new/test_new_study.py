"""The first versions of studies are complete: they pass the deep check, and their screens can be shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import clips
import pytest

from experiments.errors import UserError
from experiments.files.faults import InvalidFileError
from experiments.new.study import copied_study, new_study, new_study_around
from experiments.places import shipped_folder
from experiments.protocol.deep import deep_faults
from experiments.study import Study, open_study


def whole(path: Path) -> Study:
    """Open a study, after checking that it is complete."""
    study = open_study(path)
    assert deep_faults(study.opened) == []
    for mode in study.modes:
        for slot in study.first_slots(mode):
            assert len(study.timeline(slot).screens) > 4
    return study


def write(folder: Path, text: str, name: str = "stories.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_smallest_study_is_complete_and_has_sixteen_items(tmp_path: Path) -> None:
    written = new_study("severity", tmp_path)
    assert [path.name for path in written] == [
        "severity.yaml",
        "vignettes.csv",
        "lab.yaml",
        "study.schema.json",
    ]
    study = whole(written[0])
    assert study.study == "severity"
    assert len(study.opened.items["vignettes"].names) == 16
    assert study.levels == {"group": ("ours", "theirs"), "severity": ("mild", "severe")}


def test_what_the_laboratory_has_to_fill_in_is_written_once(tmp_path: Path) -> None:
    new_study("severity", tmp_path)
    lab = tmp_path / "lab.yaml"
    assert lab.read_text("utf-8").partition("values:")[2].splitlines()[1:] == [
        '  contact: "[name and e-mail of the responsible researcher]"',
        '  help_line: "[a help line of your country]"',
        "approval:",
        '  severity: "[ethics committee and approval number]"',
    ]
    assert len(open_study(tmp_path / "severity.yaml").unfinished) == 3
    filled = lab.read_text("utf-8").replace("[", "").replace("]", "")
    lab.write_text(filled, "utf-8")
    assert open_study(tmp_path / "severity.yaml").unfinished == []
    assert lab not in copied_study("mine", "compassion_collapse", tmp_path)
    assert lab.read_text("utf-8") == filled
    copied_study("mine", "compassion_collapse", tmp_path / "other")
    assert "  charity:" in (tmp_path / "other" / "lab.yaml").read_text("utf-8")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "vignettes.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match=r"vignettes\.csv already exists and is not overwritten"):
        new_study("severity", tmp_path)
    assert not (tmp_path / "severity.yaml").exists()
    assert (tmp_path / "vignettes.csv").read_text("utf-8") == "mine"
    with pytest.raises(UserError, match="'Severity 1' cannot be the name of a study"):
        new_study("Severity 1", tmp_path)


BUILDER = "storyID,storyText,sev,angle\n" + "".join(
    f"s{n},Something happens to somebody {n} times.,{'mild' if n % 2 else 'severe'},{n * 7}\n"
    for n in range(1, 13)
)


def test_a_table_for_builder_gives_text_items_and_a_nested_factor(tmp_path: Path) -> None:
    study = whole(new_study_around("mishaps", write(tmp_path, BUILDER), tmp_path)[0])
    text = (tmp_path / "mishaps.yaml").read_text("utf-8")
    assert 'columns: {item: "storyID"}' in text
    assert "sev: [mild, severe]" in text
    assert 'page: "{storyText}"' in text
    assert "primary: mild - severe" in text
    assert "# Not used: angle." in text
    assert study.levels == {"sev": ("mild", "severe")}


def test_two_factors_are_crossed_if_all_combinations_occur(tmp_path: Path) -> None:
    lines = [
        f"s{n},Something happens to {n} people.,{('mild', 'severe')[n % 2]},{('own', 'chance')[n // 2 % 2]},{n % 2}"
        for n in range(16)
    ]
    path = write(
        tmp_path, "\n".join(["item;text;Severity;Who is to blame;code", *lines]).replace(",", ";")
    )
    study = whole(new_study_around("blame", path, tmp_path)[0])
    text = (tmp_path / "blame.yaml").read_text("utf-8")
    assert "compassion ~ severity * who_is_to_blame" in text
    # The column 'code' says the same as 'Severity'.
    assert "# Not used: code." in text
    assert list(study.levels) == ["severity", "who_is_to_blame"]


def test_factors_of_which_a_combination_is_missing_are_added(tmp_path: Path) -> None:
    cells = [("mild", "own"), ("mild", "chance"), ("severe", "own")]
    lines = [f"s{n},Something happens to {n} people.,{a},{b}" for n, (a, b) in enumerate(cells * 4)]
    path = write(tmp_path, "\n".join(["item,text,severity,blame", *lines]))
    whole(new_study_around("blame", path, tmp_path)[0])
    assert "compassion ~ severity + blame" in (tmp_path / "blame.yaml").read_text("utf-8")


def test_without_a_column_of_levels_a_factor_is_made_up_and_says_so(tmp_path: Path) -> None:
    lines = [f"Something happens to {n} people." for n in range(9)]
    path = write(tmp_path, "\n".join(["What happened", *lines]))
    whole(new_study_around("plain", path, tmp_path)[0])
    text = (tmp_path / "plain.yaml").read_text("utf-8")
    assert "this factor was made up" in text
    assert 'columns: {story: "What happened"}' in text
    assert "uneven: yes" in text


def test_a_table_without_texts_is_refused_with_its_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "word,valence\nwar,bad\npeace,good\nsun,good\nrain,bad\n")
    with pytest.raises(
        UserError, match=r"No column of .* has texts \(its columns: word, valence\)"
    ):
        new_study_around("words", path, tmp_path)
    with pytest.raises(UserError, match="There is no file"):
        new_study_around("words", tmp_path / "nothing.csv", tmp_path)
    with pytest.raises(UserError, match="is no table"):
        new_study_around("words", tmp_path / "nothing.docx", tmp_path)
    with pytest.raises(InvalidFileError, match="no rows"):
        new_study_around("words", write(tmp_path, "item,text\n"), tmp_path)


def test_the_table_is_copied_beside_the_study(tmp_path: Path) -> None:
    path = write(tmp_path, BUILDER)
    written = new_study_around("mishaps", path, tmp_path / "study")
    assert (tmp_path / "study" / "stories.csv").read_bytes() == path.read_bytes()
    whole(written[0])


@pytest.mark.parametrize(
    "name", ["identified_victim", "compassion_collapse", "parochial_vignettes"]
)
def test_a_copy_has_the_design_but_neither_evidence_nor_approval(tmp_path: Path, name: str) -> None:
    written = copied_study("mine", name, tmp_path)
    study, original = whole(written[0]), open_study(shipped_folder("protocols") / f"{name}.yaml")
    assert study.study == "mine"
    assert study.version == "0.1.0"
    assert study.file.evidence is None
    assert study.file.values == {}
    assert study.file.flow == original.file.flow
    assert study.file.analysis == original.file.analysis
    assert study.languages == original.languages


def test_a_copy_takes_its_folders_of_media_along(tmp_path: Path) -> None:
    new_study("severity", tmp_path / "first")
    source = tmp_path / "first" / "severity.yaml"
    text = source.read_text("utf-8")
    steps = "flow:\n  - picture: faces/a.png\n  - picture: portraits/portrait_01\n"
    source.write_text(text.replace("flow:\n", steps, 1), encoding="utf-8")
    clips.picture(tmp_path / "first" / "faces" / "a.png")
    clips.describe(tmp_path / "first" / "faces", "a.png", "b.mp4")
    copied_study("again", str(source), tmp_path / "second")
    faces = {each.name for each in (tmp_path / "second" / "faces").iterdir()}
    assert faces == {"a.png", "media.yaml"}
    assert not (tmp_path / "second" / "portraits").exists()
    assert open_study(tmp_path / "second" / "again.yaml").media_gaps("main") == []


def test_a_copy_takes_its_items_along(tmp_path: Path) -> None:
    new_study("severity", tmp_path / "first")
    source = tmp_path / "first" / "severity.yaml"
    text = (
        source.read_text("utf-8") + "values: {approval: Ethics board 12, contact: us@example.org}\n"
    )
    source.write_text(text, encoding="utf-8")
    written = copied_study("again", str(source), tmp_path / "second")
    assert {path.name for path in written} == {
        "again.yaml",
        "vignettes.csv",
        "lab.yaml",
        "study.schema.json",
    }
    assert "Ethics board" not in written[0].read_text("utf-8")
    whole(written[0])
    shutil.rmtree(tmp_path / "first")
    whole(written[0])
