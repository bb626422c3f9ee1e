"""The parts of a document: headings with paragraphs, lists and tables, written as Markdown or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """A table."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = str | Items | Rows


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; ``level`` 1 is a part, 2 a question."""

    title: str
    blocks: tuple[Block, ...] = ()
    level: int = 2


def markdown(title: str, mark: Sequence[str], sections: Sequence[Section]) -> str:
    """Write a document as Markdown."""
    lines = [f"# {title}", "", *(f"> **{line}**\n" for line in mark)]
    for section in sections:
        lines += [f"{'#' * (section.level + 1)} {section.title}", ""]
        for block in section.blocks:
            match block:
                case Items():
                    lines += [*(f"- {item}" for item in block.items), ""]
                case Rows():
                    lines += [_line(block.head), _line(["---"] * len(block.head))]
                    lines += [*(_line(row) for row in block.rows), ""]
                case text:
                    lines += [text, ""]
    return "\n".join(lines).rstrip() + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


STYLE = """body{font:16px/1.55 system-ui,sans-serif;color:#222;max-width:50rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem}h2{font-size:1.25rem;border-bottom:1px solid #ccc;margin-top:2rem}h3{font-size:1.05rem;margin-bottom:.3rem}
.mark{background:#fff3cd;border:2px solid #b3261e;padding:.4rem .8rem;font-weight:600}
table{border-collapse:collapse;font-size:.9rem}th,td{text-align:left;padding:.2rem .7rem;border-bottom:1px solid #ddd;vertical-align:top}"""


def html(title: str, mark: Sequence[str], sections: Sequence[Section]) -> str:
    """Write a document as one self-contained HTML page."""
    body = [f"<h1>{escape(title)}</h1>", *(f'<p class="mark">{escape(line)}</p>' for line in mark)]
    for section in sections:
        tag = f"h{section.level + 1}"
        body.append(f"<{tag}>{escape(section.title)}</{tag}>")
        for block in section.blocks:
            match block:
                case Items():
                    items = "".join(f"<li>{escape(item)}</li>" for item in block.items)
                    body.append(f"<ul>{items}</ul>")
                case Rows():
                    head = "".join(f"<th>{escape(cell)}</th>" for cell in block.head)
                    rows = "".join(
                        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
                        for row in block.rows
                    )
                    body.append(f"<table><tr>{head}</tr>{rows}</table>")
                case text:
                    body.append(f"<p>{escape(text)}</p>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )
