"""What a laboratory must supply of the pictures, films and sounds of a study, mode by mode, and faults of their names."""

from __future__ import annotations

import sys
from pathlib import Path

import clips
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "steps"))

from step_desk import Desk

from experiments.errors import UserError
from experiments.files.faults import InvalidFileError
from experiments.session.keeping import keep
from experiments.study import open_collected

MODES = "modes: {text: {}, film: {}}"
FILM = "  - {when: mode = film, video: films/a.mp4, captions: yes}"


@pytest.fixture
def films(tmp_path: Path) -> Desk:
    """Return a folder for studies with a film that has everything."""
    folder = tmp_path / "films"
    clips.clip(folder / "a.mp4")
    (folder / "a.vtt").write_text(clips.CAPTIONS)
    clips.describe(folder, "a.mp4", a__mp4="captions: {en: a.vtt}")
    return Desk(tmp_path)


def change(desk: Desk, old: str, new: str) -> None:
    """Change the description of the folder."""
    path = desk.folder / "films" / "media.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_study_with_all_its_films_can_be_run(films: Desk) -> None:
    study = films.study(FILM, MODES)
    assert study.media_gaps("film") == []
    study.demand_media("film")
    assert set(study.opened.files) == {"films/a.mp4", "films/a.vtt", "films/media.yaml"}


@pytest.mark.parametrize(
    ("old", "new", "gap"),
    [
        ("licence: CC0-1.0", "licence: unknown", "its licence is missing in media.yaml"),
        ("    source: Made by tests.\n", "", "its source is missing in media.yaml"),
        ("    consent: no people shown\n", "", "its consent is missing in media.yaml: who agreed to what"),
        ("captions: {en: a.vtt}", "captions: {he: a.vtt}", "it has no captions in 'en'"),
        ("captions: {en: a.vtt}", "captions: {en: gone.vtt}", "it has no captions in 'en'"),
        ("  a.mp4:", "  aa.mp4:", "it is not described in"),
        ("shows: What", "seconds: 30\n    shows: What", "it lasts 2 s, not 30 s"),
    ],
)  # fmt: skip
def test_what_a_description_lacks_stops_the_mode_that_shows_the_film(
    films: Desk, old: str, new: str, gap: str
) -> None:
    change(films, old, new)
    study = films.study(FILM, MODES)
    (found,) = study.media_gaps("film")
    assert found.startswith(f"films/a.mp4: {gap}")
    assert study.media_gaps("text") == []
    study.demand_media("text")
    with pytest.raises(UserError, match="can be used without them: text") as error:
        study.demand_media("film")
    assert gap in str(error.value)


def test_a_missing_and_a_broken_file_are_reported_with_what_they_must_show(films: Desk) -> None:
    path = films.folder / "films" / "a.mp4"
    clips.clip(path, broken=True)
    (broken,) = films.study(FILM, MODES).media_gaps("film")
    assert broken.startswith("films/a.mp4: it cannot be decoded")
    path.unlink()
    (missing,) = films.study(FILM, MODES).media_gaps("film")
    assert missing == f"films/a.mp4: there is no file {path}. It must show: What a.mp4 shows."


def test_a_folder_without_a_description_says_so(films: Desk) -> None:
    clips.picture(films.folder / "faces" / "one.png")
    study = films.study("  - picture: faces/one.png\n  - picture: two.png")
    assert study.media_gaps("main") == [
        "faces/one.png: its folder has no media.yaml, which describes each file",
        "two.png: it has no description; put it into a folder with a media.yaml",
        f"two.png: there is no file {films.folder / 'two.png'}.",
    ]


def test_of_a_loop_only_the_files_of_its_items_in_the_mode_are_needed(films: Desk) -> None:
    (films.folder / "stories.csv").write_text(
        "item,kind,file\na,sad,a.mp4\nb,plain,b.mp4\nc,sad,\n", encoding="utf-8"
    )
    flow = "  - {each: stories.csv, where: kind = WHICH, flow: [{when: mode = film, video: 'films/{file}'}]}"
    plain = films.study(flow.replace("WHICH", "plain"), MODES)
    assert [gap.split(".")[0] for gap in plain.media_gaps("film")] == ["films/b", "films/b"]
    assert plain.media_gaps("text") == []


def test_a_blank_cell_in_place_of_a_file_is_reported(films: Desk) -> None:
    (films.folder / "stories.csv").write_text("item,file\na,films/a.mp4\nb,\n", encoding="utf-8")
    study = films.study("  - {each: stories.csv, flow: [{video: '{file}'}]}")
    assert study.media_gaps("main") == ["flow[0].flow[0].video: an item names no file"]


def test_a_map_by_mode_names_the_files_of_each_mode(films: Desk) -> None:
    study = films.study("  - video: {by: mode, text: films/b.mp4, else: films/a.mp4}", MODES)
    assert study.media_gaps("film") == []
    assert [gap.split(":")[0] for gap in study.media_gaps("text")] == ["films/b.mp4"] * 2


def test_captions_are_needed_in_the_languages_that_are_used(films: Desk) -> None:
    study = films.study(FILM, MODES)
    assert study.media_gaps("film", ["en"]) == []
    assert study.media_gaps("film", ["en", "he"]) == [
        "films/a.mp4: it has no captions in 'he', and the study says captions: yes"
    ]


@pytest.mark.parametrize(
    ("step", "key", "found"),
    [
        ("{video: 'films/{emotion}.mp4'}", "flow[0].video", "'emotion' is no column of the items"),
        ("{video: 'films/{file: a.txt}'}", "flow[0].video", "the name of a file cannot come from a file"),
        ("{video: films/a.mp4, audio: films/s.wav}", "flow[0].audio", "a film and a sound would be heard at the same time"),
        ("{each: people.csv, together: kind, flow: [{video: films/a.mp4}]}", "flow[0].flow[0].video", "a film or sound would be played for all levels"),
        ("{page: A., captions: yes}", "flow[0].captions", "there is no film or sound with captions"),
        ("{picture: portraits/portrait_77}", "flow[0].picture", "the set 'portraits' has no picture 'portrait_77'"),
        ("{video: films/a.mp4, ask: {q: {slider: A?, when: group = us}}}", "flow[0].ask.q.when", "the film is on the screen of this question"),
    ],
)  # fmt: skip
def test_faults_of_names_have_their_place(films: Desk, step: str, key: str, found: str) -> None:
    with pytest.raises(InvalidFileError) as error:
        films.study(f"  - {step}")
    assert (key, True) in [(each.key, each.found.startswith(found)) for each in error.value.faults]


def test_faults_of_a_description_are_faults_of_the_study_once(films: Desk) -> None:
    change(films, "media: films", "media: other")
    with pytest.raises(InvalidFileError) as error:
        films.study(FILM + "\n" + FILM, MODES)
    assert [each.found for each in error.value.faults] == ["found 'other'"]


def test_a_collection_keeps_descriptions_and_no_films_and_has_the_same_hash(
    films: Desk, tmp_path: Path
) -> None:
    study = films.study(f"{FILM}\n  - picture: portraits/portrait_01", MODES)
    (tmp_path / "kept").mkdir()
    keep(study, tmp_path / "kept")
    kept = {
        each.relative_to(tmp_path / "kept").as_posix() for each in (tmp_path / "kept").rglob("*")
    }
    assert {"films/media.yaml", "films/a.vtt", "stimuli/portraits/set.yaml"} <= kept
    assert not [name for name in kept if name.endswith(".mp4")]
    again = open_collected(tmp_path / "kept" / "protocol.yaml")
    assert again.hash == study.hash
    # It can be analysed, and not be run.
    assert again.timeline(again.slots("film")[0]).screens[0].id == "step_1"
    assert "there is no file" in again.media_gaps("film")[0]


def test_what_a_laboratory_adds_does_not_change_the_study(films: Desk) -> None:
    before = films.study(FILM, MODES).hash
    change(films, "consent: no people shown", "consent: The actor's form of 2024, room 14")
    assert films.study(FILM, MODES).hash == before
    change(films, "What a.mp4 shows", "Something else")
    assert films.study(FILM, MODES).hash != before
