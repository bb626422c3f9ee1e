"""Hook of mkdocs: the pages of the site that are made from other files of the repository.

``index``, ``contributing`` and ``changelog`` are README, CONTRIBUTING and CHANGELOG; the notebooks are converted with
their stored outputs; the pages of functions are pdoc's. Links to files that are not in the site become the files' paths.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import warnings
from os.path import relpath
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

CHECKOUT = Path(__file__).resolve().parents[1]
DOCS = CHECKOUT / "docs"
#: Files of the repository -> pages of the site.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
_LINK = re.compile(r"(?<!`)(!?)\[([^\]\n]*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
_made = Path(tempfile.gettempdir())


def on_config(config: Any) -> None:
    """Make a folder for the pages that programs write."""
    global _made
    _made = Path(tempfile.mkdtemp(prefix="compassion-docs-"))


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are made."""
    for source, page in PAGES.items():
        text = (CHECKOUT / source).read_text("utf-8")
        files.append(File.generated(config, page, content=in_site(text, CHECKOUT, page)))
    write_notebooks(_made)
    write_api(config.extra["api"], _made / "functions")
    for path in sorted(path for path in _made.rglob("*") if path.is_file()):
        files.append(
            File.generated(config, path.relative_to(_made).as_posix(), abs_src_path=str(path))
        )
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Replace links to files that are not in the site."""
    place = page.file.src_uri
    return markdown if place in PAGES.values() else in_site(markdown, (DOCS / place).parent, place)


def on_post_build(config: Any) -> None:
    """Remove the folder of the pages that programs wrote."""
    shutil.rmtree(_made)


def in_site(text: str, home: Path, page: str) -> str:
    """Return a page's text with its links to files of the repository changed to those of the site.

    Parameters
    ----------
    home
        Folder from which the links start.
    page
        Path of the page in the site.
    """

    def changed(link: re.Match[str]) -> str:
        picture, words, target, anchor = link[1], link[2], link[3], link[4] or ""
        file = (home / target).resolve()
        if not target or ":" in target or not file.is_relative_to(CHECKOUT) or not file.exists():
            return link[0]
        name = file.relative_to(CHECKOUT).as_posix()
        if file.is_relative_to(DOCS) and file.is_file():
            place = file.relative_to(DOCS).as_posix().replace(".ipynb", ".md")
            if words == name and file.suffix == ".md":
                words = file.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        elif name in PAGES:
            place = PAGES[name]
        else:
            return words if words.strip("`") == name else f"{words} (`{name}`)"
        return f"{picture}[{words}]({relpath(place, Path(page).parent)}{anchor})"

    return _LINK.sub(changed, text)


def write_notebooks(target: Path) -> None:
    """Convert the notebooks in ``docs/notebooks`` to Markdown, with their stored outputs."""
    from nbconvert import MarkdownExporter

    (target / "notebooks").mkdir()
    for path in sorted((DOCS / "notebooks").glob("*.ipynb")):
        exporter = MarkdownExporter()
        resources = {"output_files_dir": f"{path.stem}_files"}
        body, found = exporter.from_filename(str(path), resources=resources)
        (target / "notebooks" / f"{path.stem}.md").write_text(body, "utf-8")
        for name, content in found["outputs"].items():
            file = target / "notebooks" / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)


def write_api(modules: list[str], target: Path) -> None:
    """Write the pages of functions and results; a docstring that pdoc warns about is an error."""
    import pdoc

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        pdoc.render.configure(docformat="numpy")
        pdoc.pdoc(*modules, output_directory=target)
