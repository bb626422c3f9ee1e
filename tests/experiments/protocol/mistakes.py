"""Put seeded mistakes of the kinds that people make into the studies and drafts, and count those that the check names.

A mistake is named if a fault is on its line (for a wrong indentation or a colon in a text, also the line beside it;
for a factor that is missing, a line that uses it) with a remedy, and with the right word where there is one.

Run it as ``python tests/experiments/protocol/mistakes.py``; it ends with an error if fewer than 190 of 200 mistakes are named.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from experiments.files.faults import Fault, InvalidFileError, Key
from experiments.files.reading import read
from experiments.files.source import Source
from experiments.places import shipped_folder
from experiments.protocol.check import read_study
from experiments.protocol.schema import schema
from experiments.protocol.translation_checks import translations

STANDINS = Path(__file__).resolve().parent / "standins"
SEED = 12
ATTEMPTS = 1000
LEAST = 190
#: Sections and entries whose keys are names that a study chooses.
FREE = {
    "add", "analysis", "answered", "ask", "between", "boxes", "columns", "counterbalanced", "declares", "fill", "flow",
    "hypothesis", "items", "key", "labels", "modes", "options", "over", "runs", "scores", "sealed", "sessions",
    "values", "within",
}  # fmt: skip
NUMBERS = (
    "points", "participants", "per_cell", "take", "every", "most", "least", "d", "block",
    "least_age",
)  # fmt: skip
YES_NO = (
    "captions", "fresh", "may_withdraw", "incomplete", "practice", "required", "uneven", "centre",
    "standard",
)  # fmt: skip
TEXTS = (
    "page", "about", "task", "discomfort", "summary", "choice", "rating", "slider", "because",
    "title", "explain",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A draft with the places of its keys."""

    name: str
    lines: list[str]
    source: Source

    def with_line(self, line: int, text: str) -> list[str]:
        """Return the lines with one of them changed; lines are counted from 1."""
        return [*self.lines[: line - 1], text, *self.lines[line:]]

    def named(self) -> Iterator[tuple[Key, int, int]]:
        """Yield each key that is a word, with its line and column."""
        for key, (line, column) in self.source.marks.items():
            if (
                key
                and isinstance(key[-1], str)
                and self.lines[line - 1][column - 1 :].startswith(key[-1])
            ):
                yield key, line, column

    def plain(self) -> Iterator[tuple[Key, str, int, int]]:
        """Yield each value on one line without quotes, with its line and column."""
        for key, place in self.source.values.items():
            value = self.source.value(key) if key else None
            if isinstance(value, str) and place.raw == value and "\n" not in value:
                yield key, value, place.line, place.column


@dataclass(frozen=True)
class Mistake:
    """A draft with a mistake in it."""

    kind: str
    draft: str
    lines: list[str]
    at: frozenset[int]
    """Lines on which a fault names it; none if the line does not matter."""
    word: str = ""
    """What the fault or its remedy must mention."""
    file: str = ""
    """The file with the mistake, if it is not the draft."""

    def names(self, fault: Fault) -> bool:
        """Return whether a fault names the mistake."""
        in_file = Path(fault.file).name == (self.file or f"{self.draft}.yaml")
        here = not self.at or (in_file and fault.line in self.at)
        return here and bool(fault.remedy) and self.word in f"{fault.found} {fault.remedy}"


Making = Callable[[Draft, random.Random], Mistake | None]


def misspelt(word: str, rng: random.Random) -> str:
    """Return a word with a typing error that is no other form of it."""
    place = rng.randrange(1, len(word) - 1)
    form = rng.choice(("swap", "drop", "double"))
    if form == "swap" and word[place] != word[place + 1]:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if form == "double":
        return word[:place] + word[place] + word[place:]
    return word[:place] + word[place + 1 :]


def replaced(line: str, column: int, old: str, new: str) -> str:
    """Return a line with a word at a column (from 1) replaced."""
    return line[: column - 1] + new + line[column - 1 + len(old) :]


def indentation(draft: Draft, rng: random.Random) -> Mistake | None:
    """Move a line with a key to the left or the right."""
    known = [n for n, line in enumerate(draft.lines, 1) if re.match(r" {4,}[a-z_]+: \S", line)]
    if not known:
        return None
    number = rng.choice(known)
    line = draft.lines[number - 1]
    moved = line[1:] if rng.random() < 0.5 else " " + line
    near = frozenset((number - 1, number, number + 1))
    return Mistake("indentation", draft.name, draft.with_line(number, moved), near)


def vocabulary() -> set[str]:
    """Return every key of the language."""
    words: set[str] = set()

    def look(node: object) -> None:
        if isinstance(node, dict):
            words.update(node.get("properties", {}))
            for value in node.values():
                look(value)
        elif isinstance(node, list):
            for value in node:
                look(value)

    look(schema())
    return words


VOCABULARY = vocabulary()


def misspelt_key(draft: Draft, rng: random.Random) -> Mistake | None:
    """Misspell a key of the language."""
    known = [
        (key[-1], line, column)
        for key, line, column in draft.named()
        if len(str(key[-1])) >= 4 and key[-1] in VOCABULARY and str((*("",), *key)[-2]) not in FREE
    ]
    word, line, column = rng.choice(known)
    wrong = misspelt(str(word), rng)
    changed = replaced(draft.lines[line - 1], column, str(word), wrong)
    return Mistake(
        "misspelt key", draft.name, draft.with_line(line, changed), frozenset([line]), f"'{word}'"
    )


def levels_of(draft: Draft) -> set[str]:
    """Return the levels of the draft's factors."""
    found: set[str] = set()
    for factors in draft.source.tree.get("factors", {}).values():
        for levels in factors.values():
            found |= set(levels) if not isinstance(levels, dict) or "from" not in levels else set()
    return {level for level in found if len(level) >= 4 and level.isalpha()}


def wrong_level(draft: Draft, rng: random.Random) -> Mistake | None:
    """Misspell a level in a contrast, a condition, or a value by condition."""
    levels = levels_of(draft)
    known = []
    for key, line, column in draft.named():
        parent = draft.source.value(key[:-1])
        if key[-1] in levels and isinstance(parent, dict) and "by" in parent:
            known.append((str(key[-1]), line, column))
    for key, value, line, column in draft.plain():
        if {"contrasts", "primary", "claim", "when"} & set(key) or key[-1:] == ("primary",):
            for found in re.finditer(r"[a-z]+", value):
                if found[0] in levels:
                    known.append((found[0], line, column + found.start()))
    if not known:
        return None
    word, line, column = rng.choice(known)
    changed = replaced(draft.lines[line - 1], column, word, misspelt(word, rng))
    return Mistake(
        "wrong level", draft.name, draft.with_line(line, changed), frozenset([line]), word
    )


def texts(draft: Draft) -> list[tuple[str, int, int]]:
    """Return the texts without quotes that have two words or more."""
    return [
        (value, line, column)
        for key, value, line, column in draft.plain()
        if key[-1] in TEXTS and " " in value and value[0].isalpha()
    ]


def colon(draft: Draft, rng: random.Random) -> Mistake | None:
    """Put a colon into a text without quotes."""
    known = texts(draft)
    if not known:
        return None
    value, line, column = rng.choice(known)
    changed = replaced(draft.lines[line - 1], column, value, value.replace(" ", ": ", 1))
    return Mistake(
        "colon in a text", draft.name, draft.with_line(line, changed), frozenset([line]), "quotes"
    )


def comma(draft: Draft, rng: random.Random) -> Mistake | None:
    """Put a comma into a text without quotes within braces."""
    known = [
        (value, line, column)
        for value, line, column in texts(draft)
        if "{" in draft.lines[line - 1][: column - 1]
    ]
    if not known:
        return None
    value, line, column = rng.choice(known)
    changed = replaced(draft.lines[line - 1], column, value, value.replace(" ", ", ", 1))
    return Mistake(
        "comma in a text", draft.name, draft.with_line(line, changed), frozenset([line]), "quotes"
    )


def in_brackets(text: str) -> str:
    """Return the brackets at the beginning of a text with their content; an empty text if there are none."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "[{") - (sign in "]}")
        if depth == 0:
            return text[: place + 1] if sign in "]}" else ""
    return ""


def missing_factor(draft: Draft, rng: random.Random) -> Mistake | None:
    """Leave out a factor."""
    known = []
    for key, line, column in draft.named():
        if len(key) == 3 and key[0] == "factors":
            place = draft.source.values[key]
            raw = (
                in_brackets(draft.lines[line - 1][place.column - 1 :]) if place.line == line else ""
            )
            if raw:
                known.append((str(key[-1]), line, column, raw))
    if not known:
        return None
    word, line, column, raw = rng.choice(known)
    text = draft.lines[line - 1]
    start = text[: column - 1]
    rest = text[column - 1 :].partition(raw)[2]
    if not start.strip() and not rest.partition("#")[0].strip():
        lines = [*draft.lines[: line - 1], *draft.lines[line:]]
        outer = lines[line - 2]
        if outer.endswith(":") and (line > len(lines) or not lines[line - 1].startswith("    ")):
            lines[line - 2] = outer + " {}"
    else:
        lines = draft.with_line(line, start + rest.removeprefix(",").lstrip())
    return Mistake("missing factor", draft.name, lines, frozenset(), f"'{word}'")


def tab(draft: Draft, rng: random.Random) -> Mistake | None:
    """Indent a line with a tab."""
    known = [n for n, line in enumerate(draft.lines, 1) if re.match(r" +(- )?[a-z_]+: ", line)]
    number = rng.choice(known)
    line = draft.lines[number - 1]
    indent = len(line) - len(line.lstrip())
    changed = "\t" * max(1, indent // 2) + line.lstrip()
    return Mistake("tab", draft.name, draft.with_line(number, changed), frozenset([number]), "tab")


def repeated_key(draft: Draft, rng: random.Random) -> Mistake | None:
    """Write a line with a key twice."""
    known = [
        n for n, line in enumerate(draft.lines, 1) if re.match(r" *[a-z_]+: \S+.*[^|>]$", line)
    ]
    number = rng.choice(known)
    lines = [*draft.lines[:number], draft.lines[number - 1], *draft.lines[number:]]
    return Mistake("repeated key", draft.name, lines, frozenset([number, number + 1]), "twice")


def wrong_type(draft: Draft, rng: random.Random) -> Mistake | None:
    """Write a word for a number, a doubtful yes, a list for a text, or a text for a list."""
    known = []
    for key, value, line, column in draft.plain():
        if key[-1] in NUMBERS and re.fullmatch(r"[\d.]+", value):
            known.append(
                (
                    value,
                    line,
                    column,
                    rng.choice(("seven", f"{value} people", f"{value},5", f"about {value}")),
                )
            )
        elif key[-1] in YES_NO and value in ("yes", "no"):
            known.append((value, line, column, rng.choice(("maybe", "true", "yes please"))))
        elif key in (("title",), ("summary",)):
            known.append((value, line, column, f"[{value.split()[0].strip(',')}, two]"))
    if not known:
        return None
    value, line, column, wrong = rng.choice(known)
    changed = replaced(draft.lines[line - 1], column, value, wrong)
    return Mistake(
        "wrong type", draft.name, draft.with_line(line, changed), frozenset([line]), "rite"
    )


def unknown_stimulus(draft: Draft, rng: random.Random) -> Mistake | None:
    """Misspell the name of a part, an instrument, a set or a file."""
    known = [
        (value, line, column)
        for key, value, line, column in draft.plain()
        if key[-1] in ("use", "each", "scale", "audio") and len(value) >= 4
    ]
    value, line, column = rng.choice(known)
    changed = replaced(draft.lines[line - 1], column, value, misspelt(value, rng))
    return Mistake(
        "unknown stimulus", draft.name, draft.with_line(line, changed), frozenset([line]), value
    )


def hole_in_by(draft: Draft, rng: random.Random) -> Mistake | None:
    """Leave out a level of a value by condition."""
    known: list[tuple[str, int, list[str]]] = []
    for key, line, column in draft.named():
        parent = draft.source.value(key[:-1])
        if (
            not isinstance(parent, dict)
            or "by" not in parent
            or key[-1] == "by"
            or "else" in parent
        ):
            continue
        by, text = draft.source.marks[(*key[:-1], "by")][0], draft.lines[line - 1]
        if not text[: column - 1].strip():
            after = line
            while not draft.lines[after].strip() or draft.lines[after].startswith(" " * column):
                after += 1
            known.append((str(key[-1]), by, [*draft.lines[: line - 1], *draft.lines[after:]]))
            continue
        raw = draft.source.values[key].raw
        found = re.search(rf",\s*\b{re.escape(str(key[-1]))}: {re.escape(raw)}", text)
        if found and raw:
            changed = text[: found.start()] + text[found.end() :]
            known.append((str(key[-1]), line, draft.with_line(line, changed)))
    if not known:
        return None
    level, line, lines = rng.choice(known)
    return Mistake("hole in by", draft.name, lines, frozenset([line]), level)


def missing_translation(draft: Draft, rng: random.Random) -> Mistake | None:
    """Leave out the translation of a paragraph."""
    paths = sorted(shipped_folder("protocols").glob(f"{draft.name}.*.po"))
    if not paths:
        return None
    path = rng.choice(paths)
    lines = path.read_text(encoding="utf-8").split("\n")
    known = [n for n, line in enumerate(lines) if re.fullmatch(r'msgstr ".+"', line)]
    number = rng.choice(known)
    lines[number] = 'msgstr ""'
    at = frozenset((number, number + 1))
    return Mistake("missing translation", draft.name, lines, at, "is not translated", path.name)


KINDS: dict[Making, int] = {
    indentation: 20,
    misspelt_key: 30,
    wrong_level: 20,
    colon: 15,
    comma: 15,
    missing_factor: 15,
    tab: 10,
    repeated_key: 15,
    wrong_type: 20,
    unknown_stimulus: 15,
    missing_translation: 10,
    hole_in_by: 15,
}
"""What makes a mistake -> how many of the kind."""


def studies() -> list[Path]:
    """Return the shipped studies and the drafts, by name."""
    folder = shipped_folder("protocols")
    return sorted([*folder.glob("*.yaml"), *folder.glob("drafts/*.yaml")], key=lambda p: p.name)


def mistakes(seed: int) -> list[Mistake]:
    """Return the mistakes, each in a draft picked at random."""
    drafts = []
    for path in studies():
        lines = path.read_text(encoding="utf-8").split("\n")
        drafts.append(Draft(path.stem, lines, read(path)))
    rng = random.Random(seed)
    made: list[Mistake] = []
    for make, number in KINDS.items():
        of_kind: list[Mistake] = []
        for _ in range(ATTEMPTS):
            draft = rng.choice(drafts)
            mistake = make(draft, rng)
            if mistake is not None and mistake not in of_kind and mistake.lines != draft.lines:
                of_kind.append(mistake)
            if len(of_kind) == number:
                break
        made += of_kind
    return made


def faults_of(mistake: Mistake, folder: Path) -> list[Fault]:
    """Return what the check says about a mistake."""
    draft = folder / f"{mistake.draft}.yaml"
    path = folder / mistake.file if mistake.file else draft
    before = path.read_text(encoding="utf-8")
    path.write_text("\n".join(mistake.lines), encoding="utf-8")
    try:
        opened = read_study(draft)
        return [gap for each in translations(opened) for gap in each.gaps]
    except InvalidFileError as error:
        return list(error.faults)
    finally:
        path.write_text(before, encoding="utf-8")


def main() -> int:
    """Count the mistakes that are named, and print the others."""
    named: Counter[str] = Counter()
    every: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in (*studies(), *shipped_folder("protocols").glob("*.po")):
            shutil.copyfile(path, folder / path.name)
        shutil.copytree(STANDINS, folder, dirs_exist_ok=True)
        for mistake in mistakes(SEED):
            every[mistake.kind] += 1
            faults = faults_of(mistake, folder)
            if any(mistake.names(fault) for fault in faults):
                named[mistake.kind] += 1
                continue
            where = min(mistake.at or [0])
            print(f"NOT NAMED: {mistake.kind} in {mistake.draft}, line {where}, '{mistake.word}'")
            print(f"    {mistake.lines[where - 1].strip() if where else ''}")
            for fault in faults[:3]:
                print(
                    f"    {fault.line}:{fault.column} {fault.key}: {fault.found} | {fault.remedy}"
                )
    for kind, number in every.items():
        print(f"{kind:22} {named[kind]:3} of {number}")
    print(f"{'all':22} {named.total():3} of {every.total()}")
    return 0 if named.total() >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
