"""The cells of the tables of a report, as plain text, so that tables can be compared cell by cell."""

from __future__ import annotations

from html.parser import HTMLParser

Table = list[list[str]]
#: Heading of the table of folders, versions and dates, which differ from run to run.
PROVENANCE = "How to reproduce this report"
#: Headings, captions and columns of the report that were reworded on purpose: as stored -> as now.
REWORDED = {
    "The contest of predicted curves": "Comparison of the predicted curves",
    "Weight before": "Prior weight",
    "by BIC": "BIC weight",
    "by AICc": "AICc weight",
    "Who was left out, and does it matter?": "Exclusions, and whether they matter",
    "From sessions begun to sessions analysed": "From sessions started to sessions analysed",
    "Left": "Remaining",
    "Both ways": "Contrasts with and without exclusions",
    "The verdict both ways": "The verdict with and without exclusions",
    "Who fell under a rule, and why": "Sessions to which a rule applied, and why",
    "Drop-out by condition": "Attrition by condition",
    "Drop-out and exclusion by condition": "Attrition and exclusion by condition",
    "Began": "Started",
    "People": "Participants",
    "Effect of persons' means": "Effect size of participants' means",
    "Drawn by": "Shown by",
    "Came a second time": "Repeated participation",
    "Perceived impact of one's own help": "Perceived impact of helping",
    "Sessions begun": "Sessions started",
    "Sessions under each rule, by condition": "Sessions to which each rule applies, by condition",
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: dict[str, Table] = {}
        self._label = ""
        self._heading = ""
        self._table: Table | None = None
        self._text: list[str] | None = None
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "div" and attributes.get("aria-label"):
            self._label = attributes["aria-label"] or ""
        elif tag in ("h2", "h3"):
            self._heading, self._in_heading = "", True
        elif tag == "table":
            self._table = []
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in ("td", "th") and self._table is not None:
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h2", "h3"):
            self._in_heading = False
        elif tag in ("td", "th") and self._text is not None and self._table:
            self._table[-1].append(" ".join("".join(self._text).split()))
            self._text = None
        elif tag == "table" and self._table is not None:
            name = unique = f"{' '.join(self._heading.split())} | {self._label}"
            count = 1
            while unique in self.tables:
                count += 1
                unique = f"{name} #{count}"
            self.tables[unique] = self._table
            self._table = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)
        elif self._in_heading:
            self._heading += data


def cells_of(page: str) -> dict[str, Table]:
    """Return heading and label of each table of an HTML page -> its rows of cells."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.tables


def reworded(tables: dict[str, Table]) -> dict[str, Table]:
    """Return stored tables with the headings, captions and columns of today."""
    return {
        " | ".join(REWORDED.get(part, part) for part in name.split(" | ")): [
            [REWORDED.get(cell, cell) for cell in row] for row in table
        ]
        for name, table in tables.items()
    }


def cell_differences(before: dict[str, Table], now: dict[str, Table]) -> list[str]:
    """Return a line for each table that is missing or new, and each cell that differs, but for provenance."""
    before = reworded(before)
    now = {name: table for name, table in now.items() if not name.startswith(PROVENANCE)}
    lines = [f"{name}: the table is missing" for name in before if name not in now]
    lines += [f"{name}: the table is new" for name in now if name not in before]
    for name in before.keys() & now.keys():
        old, new = before[name], now[name]
        if [len(row) for row in old] != [len(row) for row in new]:
            lines.append(f"{name}: another number of rows or cells")
        for place, (old_row, new_row) in enumerate(zip(old, new, strict=False)):
            for column, (a, b) in enumerate(zip(old_row, new_row, strict=False)):
                if a != b:
                    where = f"row {place} ({new_row[0]}), column {column} ({new[0][column]})"
                    lines.append(f"{name}: {where}: {a!r} before, {b!r} now")
    return sorted(lines)
