"""The documentation is built as a site without a warning and without network; no page loads anything from elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments.protocol.check import read_study

CHECKOUT = Path(__file__).parents[2]
#: mkdocs in a process in which every connection is refused.
BUILD = """
import socket, sys
def refuse(*given, **named):
    raise OSError("the documentation must be built without network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from mkdocs.__main__ import cli
cli(["build", "--strict", "--site-dir", sys.argv[1]])
"""
#: What makes a browser load something: an attribute, or a style sheet.
LOADS = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?\s(?:src|srcset|data)\s*=\s*[\"']?\s*((?:https?:)?//[^\"'\s>]+)"
    r"|<link\b(?![^>]*rel=[\"']?canonical)[^>]*?\shref\s*=\s*[\"']?\s*((?:https?:)?//[^\"'\s>]+)"
    r"|(?:@import\s+(?:url\()?|url\()\s*[\"']?((?:https?:)?//[^\"')\s]+)"
)
#: Words -> a page on which the search finds them.
SEARCHED = {"withdraws": "online.html", "allocation list": "lab.html"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    result = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return folder


def places_of(nav: list[Any]) -> list[tuple[str, str]]:
    """Return name and page of each place of the menu."""
    found: list[tuple[str, str]] = []
    for name, place in (item for entry in nav for item in entry.items()):
        if isinstance(place, str):
            found.append((name, place.replace(".md", ".html")))
        else:
            found += places_of(place)
    return found


def test_every_page_of_the_repository_is_in_the_site(site: Path) -> None:
    for path in (CHECKOUT / "docs").glob("*.md"):
        assert (site / f"{path.stem}.html").is_file()
    for path in (CHECKOUT / "docs" / "notebooks").glob("*.ipynb"):
        page = (site / "notebooks" / f"{path.stem}.html").read_text("utf-8")
        assert "compassion" in page
    first = (site / "index.html").read_text("utf-8")
    assert 'href="lab.html"' in first
    assert 'href="docs/' not in first
    assert ">Running participants in the lab</a>" in first
    places = yaml.safe_load((CHECKOUT / "mkdocs.yml").read_text("utf-8"))["nav"]
    menu = re.sub(r"\s+", " ", first.partition('data-md-type="navigation"')[2])
    for name, page in places_of(places):
        assert re.search(rf'href="{page}"[^>]*> <span class="md-ellipsis"> {name}', menu) or (
            page == "index.html"
        ), name


def test_the_gallery_has_a_picture_and_a_line_for_each_study(site: Path) -> None:
    page = (site / "gallery.html").read_text("utf-8")
    for path in (CHECKOUT / "protocols").glob("*.yaml"):
        study = read_study(path).study
        assert f'src="images/gallery/{study.study}.png"' in page
        assert " ".join(study.summary.split())[:40] in page
        picture = site / "images" / "gallery" / f"{study.study}.png"
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert picture.stat().st_size < 60_000


def test_functions_and_results_are_described(site: Path) -> None:
    page = (site / "functions" / "compassion.html").read_text("utf-8")
    for name in (
        "fit",
        "means",
        "contrast",
        "compare",
        "load",
        "exclude",
        "score",
        "power",
        "report",
    ):
        assert f'id="{name}"' in page
    result = (site / "functions" / "analysis" / "models.html").read_text("utf-8")
    for name in ("table", "plot", "random_sd", "messages"):
        assert f'id="Fit.{name}"' in result
    shown = (site / "functions" / "analysis" / "showing.html").read_text("utf-8")
    assert 'id="Shown.summary"' in shown


def test_what_would_be_loaded_from_elsewhere_is_noticed() -> None:
    for text in (
        '<script defer src="https://unpkg.com/x"></script>',
        "<img alt=a src=//cdn.example/a.png>",
        '<link rel="stylesheet" href="https://fonts.example/css">',
        "@import url(https://fonts.example/css)",
        "src: url('//fonts.example/a.woff2')",
    ):
        assert LOADS.search(text), text
    assert not LOADS.search('<a href="https://keepachangelog.com">a</a> <img src="images/a.png">')


def test_no_page_names_anything_to_load_from_elsewhere(site: Path) -> None:
    pages = [path for path in site.rglob("*") if path.suffix in {".html", ".css"}]
    assert len(pages) > 20
    found = {
        f"{path.relative_to(site)}: {next(filter(None, hit.groups()))}"
        for path in pages
        for hit in LOADS.finditer(path.read_text("utf-8"))
    }
    assert found == set()


@pytest.mark.browser
def test_pages_opened_as_files_load_nothing_from_elsewhere_and_can_be_searched(
    site: Path, browser: Any
) -> None:
    context = browser.new_context()
    context.set_default_timeout(120_000)
    requested: list[str] = []
    errors: list[str] = []
    context.on("request", lambda request: requested.append(request.url))
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    for path in sorted(site.glob("*.html")):
        page.goto(path.as_uri())
    page.goto((site / "functions" / "compassion.html").as_uri())
    for words, expected in SEARCHED.items():
        page.goto((site / "index.html").as_uri())
        page.locator("input.md-search__input").click()
        page.locator("input.md-search__input").press_sequentially(words)
        link = page.locator(f".md-search-result__link[href*='{expected}']").first
        link.wait_for(state="attached")
    context.close()
    assert len(requested) > 100
    elsewhere = [url for url in requested if not url.startswith(("file:", "data:", "blob:"))]
    assert json.dumps(elsewhere) == "[]"
    assert errors == []
