"""An export is whole, self-contained, the same each time, never overwrites, and contains nothing that participants must not see."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import clips
import pytest

from experiments.errors import UserError
from experiments.online.collector import read_export
from experiments.online.export import exporting
from experiments.online.export.exporting import ExportError, order, write_folder
from experiments.online.export.guide import guide
from experiments.online.recruitment import Recruitment
from experiments.places import shipped_folder
from experiments.study import Study, open_study
from experiments.timeline.timeline import Timeline

pytestmark = pytest.mark.usefixtures("modules")


SECRET = "5ec2e7" * 5
"""What the allocation lists of these exports are drawn from."""

FILMS = """\
study: films_study
title: Films
factors: {between: {group: [us, them]}}
modes: {film: {}, text: {}}
flow:
  - each: stories.csv
    flow:
      - {when: mode = film, video: "films/{video}"}
      - ask: {sad: {slider: How sad are you?, from: Not, to: Very}}
analysis: {formula: sad ~ group, contrasts: [us - them]}
sample: {participants: 12}
"""


@pytest.fixture(scope="module")
def study() -> Study:
    """Return the study that has four languages and real stakes in its primary mode."""
    return open_study(shipped_folder("protocols") / "identified_victim.yaml").allocated(SECRET)


@pytest.fixture(scope="module")
def groups() -> Study:
    """Return the study that shows pictures."""
    return open_study(shipped_folder("protocols") / "parochial_vignettes.yaml").allocated(SECRET)


def contents(folder: Path) -> dict[str, bytes]:
    """Return path -> bytes of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_collector_reads_a_static_export(study: Study, tmp_path: Path) -> None:
    back = Recruitment(source="prolific", codes={"complete": "C0MPL3TE"})
    ordered = order(study, "static", languages=["he", "en"], slots=6, recruitment=back)
    read = read_export(write_folder(study, tmp_path / "export", ordered))
    assert read.study.mode == "real"
    assert [planned.slot for planned in read.study.slots] == [1, 2, 3, 4, 5, 6]
    assert sorted({planned.cells["victim"] for planned in read.study.slots}) == [
        "identified",
        "joint",
        "statistical",
    ]
    assert read.study.recruitment.codes == {"complete": "C0MPL3TE"}
    for language in ("he", "en"):
        expected = study.timeline(study.slots("real")[3], language)
        assert read.timeline(4, language) == Timeline.from_json(expected.to_json())
    # Whatever reveals conditions, hypotheses or codes stays on the server.
    assert not {"study.json", "protocol.yaml", "README.md"} & set(read.files)
    assert not any(name.startswith(("slots/", "stimuli/")) for name in read.files)
    assert {Path(name).suffix for name in read.files} <= {".html", ".js", ".css", ".png", ""}
    assert not any(SECRET.encode() in path.read_bytes() for path in read.files.values())
    page = (read.root / "index.html").read_text("utf-8")
    assert "C0MPL3TE" not in page
    assert "statistical" not in page


@pytest.mark.parametrize("target", ["static", "jatos", "pavlovia"])
def test_the_page_asks_no_other_host(groups: Study, tmp_path: Path, target: str) -> None:
    folder = write_folder(groups, tmp_path / "export", order(groups, target, "dots", slots=2))
    site = exporting.site_of(folder, target)
    for name in ("index.html", "player.css"):
        text = (site / name).read_text("utf-8")
        assert re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//[^"')\s]+""", text) == []
    # Addresses in the script are those of recruitment sites and of jsPsych's own messages; none is fetched.
    script = (site / "player.js").read_text("utf-8")
    assert (
        re.findall(r"""(?:fetch|import|Worker|sendBeacon)\(\s*["'`](?:https?:)?//""", script) == []
    )
    assert "sourceMappingURL" not in script
    media = {
        image["src"]
        for path in (site / "slots").glob("*.json")
        for screen in json.loads(path.read_bytes())["screens"]
        for block in screen["content"]
        for image in block["images"]
    }
    assert media == {
        path.relative_to(site / "media").as_posix() for path in (site / "media").rglob("*.png")
    }


@pytest.mark.parametrize("target", ["jatos", "pavlovia"])
def test_without_our_collector_nothing_for_researchers_is_in_the_site(
    study: Study, tmp_path: Path, target: str
) -> None:
    folder = write_folder(study, tmp_path / "export", order(study, target, "lottery", slots=2))
    assert {path.name for path in folder.iterdir()} == {
        "site",
        "study.json",
        "protocol.yaml",
        "protocol.de.po",
        "protocol.he.po",
        "protocol.zh.po",
        "stimuli",
        "allocation.secret",
        "README.md",
    }
    names = set(contents(folder / "site"))
    assert {"index.html", "player.js", "player.css", "LICENSES", "slots/0001.json"} <= names
    assert not {"study.json", "protocol.yaml", "README.md"} & names
    note = (folder / "README.md").read_text("utf-8")
    assert "against a stub" in note
    assert "never on" in note
    assert "Pilot checklist" in note


@pytest.mark.parametrize(
    ("target", "link"),
    [
        ("static", "https://YOUR.SERVER/?id=pilot1\n"),
        ("jatos", "https://YOUR.JATOS/publix/STUDYCODE?id=pilot1\n"),
        ("pavlovia", "https://run.pavlovia.org/YOU/PROJECT/?id=pilot1&participant=1\n"),
    ],
)
def test_the_note_explains_how_to_try_a_study_that_takes_people_of_a_site_only(
    study: Study, target: str, link: str
) -> None:
    sona = Recruitment(
        source="sona", url="https://uni.sona-systems.com", experiment_id="1", credit_token="t"
    )
    note = guide(study, target, "lottery", 2, ["en"], sona)
    assert link in note
    own = guide(study, target, "lottery", 2, ["en"], Recruitment())
    assert "pilot1" not in own


def test_the_note_pays_by_code_where_nobody_has_an_identity(study: Study) -> None:
    sona = Recruitment(
        source="sona", url="https://uni.sona-systems.com", experiment_id="1", credit_token="t"
    )
    own = guide(study, "static", "lottery", 2, ["en"], Recruitment())
    assert "column `participant`" in own
    assert "`payments.csv` lists" in own
    assert "payments.csv" not in guide(study, "static", "lottery", 2, ["en"], sona)


def test_two_exports_are_the_same(groups: Study, tmp_path: Path) -> None:
    ordered = order(groups, "static", "paintings", slots=3)
    first = contents(write_folder(groups, tmp_path / "first", ordered))
    assert first == contents(write_folder(groups, tmp_path / "second", ordered))
    assert len(first) > 10


def test_what_is_there_is_never_overwritten(study: Study, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    ordered = order(study, "static", "lottery", slots=1)
    write_folder(study, folder, ordered)  # An empty folder may be there.
    before = contents(folder)
    with pytest.raises(ExportError, match="never overwrite"):
        write_folder(study, folder, ordered)
    assert contents(folder) == before
    (tmp_path / "file").write_text("precious")
    with pytest.raises(ExportError, match="never overwrite"):
        write_folder(study, tmp_path / "file", ordered)
    assert (tmp_path / "file").read_text() == "precious"


def test_an_export_that_fails_leaves_nothing(
    groups: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting.shutil, "copyfile", full)
    with pytest.raises(ExportError, match="No space left"):
        write_folder(groups, tmp_path / "export", order(groups, "static", "dots", slots=1))
    assert list(tmp_path.iterdir()) == []


def test_pictures_of_a_labs_own_set_are_taken_along(tmp_path: Path) -> None:
    lab = tmp_path / "lab"
    lab.mkdir()
    shutil.copy(shipped_folder("protocols") / "parochial_vignettes.yaml", lab / "own.yaml")
    shutil.copytree(shipped_folder("stimuli") / "dots", lab / "dots")
    study = open_study(lab / "own.yaml")
    folder = write_folder(study, tmp_path / "export", order(study, "static", "dots", slots=1))
    line = json.loads((folder / "slots" / "0001.json").read_bytes())
    shown = [image["src"] for s in line["screens"] for b in s["content"] for image in b["images"]]
    assert shown
    assert all(re.fullmatch(r"own/dots0\dx[0-9a-f]{8}-[0-9a-f]{12}\.png", src) for src in shown)
    drawn = {path.read_bytes() for path in (lab / "dots" / "media").glob("*.png")}
    assert {(folder / "media" / src).read_bytes() for src in shown} <= drawn
    read_export(folder)


def test_pictures_and_films_in_panels_are_taken_along_too() -> None:
    def block(src: str) -> dict:
        return {"images": [{"src": src}], "clip": {"src": f"{src}.mp4"}}

    screen = {
        "content": [block("a.png")],
        "panels": [{"content": [block("b.png")]}],
        "asks": [],
        "displays": [],
    }
    found: dict[str, str] = {}
    exporting.place_pictures([screen], found)
    assert set(found) == {"a.png", "a.png.mp4", "b.png", "b.png.mp4"}


def film_study(folder: Path, *rows: str) -> Study:
    """Write a study with films; those of its rows need not be there."""
    path = folder / "films_study.yaml"
    path.write_text(FILMS, encoding="utf-8")
    (folder / "stories.csv").write_text("item,video\n" + "\n".join(rows), encoding="utf-8")
    clips.clip(folder / "films" / "a.mp4")
    clips.describe(folder / "films", "a.mp4", "b.mp4")
    return open_study(path)


def test_films_are_taken_along_and_a_mode_without_its_films_is_refused(tmp_path: Path) -> None:
    study = film_study(tmp_path, "a,a.mp4", "b,a.mp4")
    folder = write_folder(study, tmp_path / "export", order(study, "static", slots=1))
    line = json.loads((folder / "slots" / "0001.json").read_bytes())
    shown = {b["clip"]["src"] for s in line["screens"] for b in s["content"] if b["clip"]}
    (src,) = shown
    assert re.fullmatch(r"own/a-[0-9a-f]{12}\.mp4", src)
    film = (tmp_path / "films" / "a.mp4").read_bytes()
    assert (folder / "media" / src).read_bytes() == film
    # What researchers keep has the description alone.
    assert (folder / "films" / "media.yaml").is_file()
    assert len(list(folder.rglob("*.mp4"))) == 1
    read_export(folder)
    lacking = film_study(tmp_path, "a,a.mp4", "b,b.mp4")
    with pytest.raises(
        UserError, match=r"the mode 'film' cannot be used yet.*\n.*films/b.mp4: there is no file"
    ):
        order(lacking, "static")
    assert order(lacking, "static", "text").mode == "text"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"mode": "lotery"},
            "there is no mode 'lotery'. The modes are real, lottery, hypothetical",
        ),
        ({"languages": ["fr"]}, "no texts in 'fr'. Its languages are en, de, he, zh"),
        ({"slots": 1321}, "1321 places were requested, but the allocation list has 1314"),
        ({"slots": 0}, "0 places were requested"),
        ({"target": "jatos"}, r"real stakes, which are paid in cash.*\(lottery, hypothetical\)"),
        ({"target": "pavlovia", "mode": "real"}, "real stakes"),
    ],
)
def test_what_cannot_be_exported_is_reported(study: Study, options: dict, message: str) -> None:
    with pytest.raises(UserError, match=message):
        order(study, **{"target": "static", **options})
