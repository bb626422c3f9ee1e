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
    "Both ways": "Tests with and without exclusions",
    "The verdict both ways": "The verdict with and without exclusions",
    "Who fell under a rule, and why": "Sessions to which a rule applied, and why",
    "Drop-out by condition": "Attrition by condition",
    "Drop-out and exclusion by condition": "Attrition and exclusion by condition",
    "Began": "Started",
    "People": "Participants",
    "Effect of persons' means": "Effect size of participants' means",
    "Drawn by": "Shown by",
    "Sessions begun": "Sessions started",
    "Sessions under each rule, by condition": "Sessions to which each rule applies, by condition",
    "Published findings that the protocol names": "Published findings that the study names",
    "Level": "Condition",
    "Came a second time": "Took part again",
    "Under age": "Not eligible",
    "Device failed": "Device failure",
    "Too fast": "Duration < 1/3 median",
    "Failed all checks": "Attention wrong and money wrong",
    "No primary answer": "Donation missing",
    "one child": "one named child",
    "both": "the child and the statistics",
    "victim: one child": "victim: one named child",
    "victim: both": "victim: the child and the statistics",
    "stimulus": "item",
    "stimulus:victim": "item:victim",
    "identified against statistical": "identified − statistical",
    "identified against joint": "identified − joint",
    "joint against statistical": "joint − statistical",
    "feelings": "feelings: feelings5",
    "feelings secondary": "feelings: feelings5 secondary",
    "feelings (secondary)": "feelings: feelings5 (secondary)",
    "perceived impact": "feelings: perceived_impact3",
    "perceived impact secondary": "feelings: perceived_impact3 secondary",
    "perceived impact (secondary)": "feelings: perceived_impact3 (secondary)",
    "I1: The essay: $2.38 for one child, $1.14 for statistics (and $1.43 for both)": "I1: identified victim dollars",
    "Comprehension of the payment, asked before the letter.": "Which sentence about the endowment in this study is true?",
    "Instructed answer, asked before the letter.": (
        'To show that you are reading carefully, please choose "Often" here, whatever your real answer would be.'
    ),
    "Whether the letter told of one particular child (manipulation check; never excludes).": (
        "Was the letter about one particular child, with a name?"
    ),
    "Whether the letter gave numbers of children in need (manipulation check; never excludes).": (
        "Did the letter give numbers about children in need?"
    ),
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


def rows_of(table: Table) -> dict[str, dict[str, str]]:
    """Return label of each row, below the heading of its part -> column -> cell."""
    columns, *rows = table
    found: dict[str, dict[str, str]] = {}
    part = ""
    for row in rows:
        if len(row) == 1:
            # A model is named once with its primary and once with its secondary tests.
            part = f"{row[0].partition(' (')[0]} | "
            continue
        label = unique = f"{part}{row[0]}"
        count = 1
        while unique in found:
            count += 1
            unique = f"{label} #{count}"
        cells: dict[str, str] = {}
        for column, cell in zip(columns, row, strict=True):
            cells[column if column not in cells else f"{column} after {list(cells)[-1]}"] = cell
        found[unique] = cells
    return found


def cell_differences(before: dict[str, Table], now: dict[str, Table]) -> list[str]:
    """Return a line for each table, row and cell of earlier that is missing or differs, but for provenance."""
    before = reworded(before)
    lines = [f"{name}: the table is missing" for name in before if name not in now]
    for name in before.keys() & now.keys():
        rows = rows_of(now[name])
        for label, cells in rows_of(before[name]).items():
            if label not in rows:
                lines.append(f"{name}: {label}: the row is missing")
                continue
            for column, cell in cells.items():
                found = rows[label].get(column)
                if found != cell:
                    lines.append(f"{name}: {label}, {column}: {cell!r} before, {found!r} now")
    return sorted(lines)
