"""Translations of studies: what has to be translated, and a study in another language.

Each file has its translations beside it: ``identified_victim.he.po`` those of the study, ``parts/consent.he.po`` those
of the part. Texts are translated before a part's parameters are put into them. Stimulus sets, instruments and the
interface have their languages with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

from experiments.files.faults import Key
from experiments.files.model import LANGUAGE, PATTERNS
from experiments.files.parsing import parse
from experiments.files.po_file import PoFile, SourceText
from experiments.files.scalars import ShownText
from experiments.files.source import Source
from experiments.interface import interface
from experiments.language.braces import parse_text
from experiments.protocol.cells import cells, names_in_texts
from experiments.protocol.inlining import inlined
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.parts import LoadedPart
from experiments.protocol.study_file import StudyFile
from experiments.protocol.texts import texts


def po_path(path: Path, language: str) -> Path:
    """Return the path of the translations of a file: ``identified_victim.he.po``."""
    return path.with_name(f"{path.stem}.{language}.po")


def language_of(source: Source) -> str:
    """Return the language in which a study or part is written."""
    return str(source.tree.get("language", "en"))


def wrong_code(language: str) -> tuple[str, str] | None:
    """Return what is wrong with the code of a language, and the remedy; None if it is a code.

    >>> wrong_code("DE"), wrong_code("pt-BR")
    (("'DE' is no language", "Write it as 'de'."), None)
    """
    found = f"'{language}' is no language"
    try:
        right = str(Locale.parse(language, sep="-")).replace("_", "-")
    except (ValueError, UnknownLocaleError):
        return found, PATTERNS[LANGUAGE]
    if right != language and right.lower() == language.lower():
        return found, f"Write it as '{right}'."
    return None


class Catalogs:
    """The translations into one language of a study and its parts."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._files: dict[Path, PoFile] = {}

    def of(self, source: Source) -> PoFile:
        """Return the translations of a file; without entries if they do not exist."""
        path = po_path(source.path, self.language)
        if path not in self._files:
            make = PoFile.read if path.is_file() else PoFile
            self._files[path] = make(path, self.language)
        return self._files[path]

    def text(self, text: str, source: Source, place: str) -> str:
        """Return the translation of a text; the text itself if its file is in this language."""
        if language_of(source) == self.language:
            return text
        return self.of(source).text(text, place)


def translated(opened: OpenedStudy, language: str) -> OpenedStudy:
    """Return a study with its texts in another language; texts without a translation stay as they are.

    Addresses, levels, answers in the data and everything else are those of the study.

    Raises
    ------
    KeyError
        If there are no interface texts in the language.
    InvalidFileError
        If a PO file cannot be read.
    """
    if language not in opened.translations:
        opened.translations[language] = _translated(opened, language)
    return opened.translations[language]


def _translated(opened: OpenedStudy, language: str) -> OpenedStudy:
    catalogs = Catalogs(language)
    shown = {key for key, _ in texts(opened.study)}
    lists = {key[:-1] for key in shown}
    shared = interface(language).options

    def wording(text: str, source: Source, at: Key, to: Key) -> Any:
        if to in shown:
            return (
                text if _copied(source, at) else catalogs.text(text, source, place_of(source, at))
            )
        # A list of options that is only named.
        return shared[text] if to in lists and text in shared else text

    source, _ = inlined(opened.written, wording)
    study = parse(StudyFile, source)
    for key, level in wordless_levels(opened):
        shown_level = catalogs.text(level, opened.written, place_of(opened.written, key))
        study = _with_words(study, str(key[1]), str(key[2]), level, shown_level)
    study = study.model_copy(update={"language": language})

    def words(text: str, place: str) -> str:
        return catalogs.text(text, opened.written, place)

    return replace(opened, source=source, study=study, words=words)


def _with_words(study: StudyFile, varies: str, factor: str, level: str, words: str) -> StudyFile:
    section = dict(getattr(study.factors, varies))
    section[factor] = section[factor] | {level: ShownText(words)}
    factors = study.factors.model_copy(update={varies: section})
    return study.model_copy(update={"factors": factors})


def texts_of_study(opened: OpenedStudy) -> list[SourceText]:
    """Return every text that participants of a study read, with the file that it is written in.

    It includes the texts of parts that the study uses, the cells of conditions files, and the names of levels that
    have no other words and are used in texts.
    """
    found = list(_written(opened.written, opened.study))
    for text in tuple(found):
        for file in parse_text(text.text).files:
            path = text.source.path.parent / file
            if path.is_file():
                whole = path.read_text(encoding="utf-8")
                found.append(SourceText(whole, file, text.source, text.key))
    for key, level in wordless_levels(opened):
        found.append(SourceText(level, place_of(opened.written, key), opened.written, key))
    return [*found, *_cells(opened)]


def texts_of_part(loaded: LoadedPart) -> list[SourceText]:
    """Return every text of a part, with all that studies can switch on in it."""
    source, part = loaded.source, loaded.part
    step: dict[str, Any] = {"use": loaded.address}
    found = []
    for name, parameter in part.parameters.items():
        samples = {"number": "18", "yes_no": "yes", "questions": {}}
        given = (kind for kind in samples if getattr(parameter, kind) is not None)
        step[name] = samples.get(next(given, ""), "sample")
        if parameter.text is not None and parameter.default:
            key: Key = ("parameters", name, "default")
            found.append(SourceText(parameter.default, place_of(source, key), source, key))
    smallest = Source(source.path.parent.parent / "sample.yaml")
    smallest.tree = {
        "study": "sample",
        "title": "Sample",
        "flow": [step],
        "analysis": "sample ~ 1",
        "sample": {"participants": "2"},
    }
    study = parse(StudyFile, inlined(smallest)[0])
    return [*found, *(each for each in _written(smallest, study) if each.source is source)]


def _written(written: Source, study: StudyFile) -> Iterator[SourceText]:
    """Yield the texts of a study and its parts as they are written, before parameters are put into them."""
    shown = {key for key, _ in texts(study)}
    found: list[SourceText] = []

    def record(text: str, source: Source, at: Key, to: Key) -> str:
        if to in shown and not _copied(source, at):
            of = written if source.path == written.path else source
            found.append(SourceText(text, place_of(of, at), of, at))
        return text

    inlined(written, record)
    yield from sorted(found, key=lambda text: text.source.marks.get(text.key, (1, 1)))


def _copied(source: Source, at: Key) -> bool:
    """Return whether a text of a study was copied there from a part, where it has its translation."""
    return source.files.get(at, source.path) != source.path


def wordless_levels(opened: OpenedStudy) -> Iterator[tuple[Key, str]]:
    """Yield the levels whose names participants read, since they have no other words and are used in texts."""
    read = names_in_texts(opened)
    for varies in ("between", "within", "counterbalanced", "sealed"):
        for factor, levels in getattr(opened.study.factors, varies).items():
            for level, words in levels.items():
                if factor in read and words is None and any(map(str.isalpha, level)):
                    yield ("factors", varies, factor), level


def _cells(opened: OpenedStudy) -> Iterator[SourceText]:
    """Yield the texts of conditions files that participants read."""
    for cell in cells(opened):
        yield SourceText(cell.text, cell.place, opened.written, (*cell.loop.key, "each"))


def place_of(source: Source, key: Key) -> str:
    """Return a key in dotted form, with steps by name where they have one: ``flow.appeal.page``."""
    dotted = ""
    for end, part in enumerate(key, start=1):
        # What a part sets in another part is not written in the study.
        step = source.value(key[:end]) if key[:end] in source.marks else None
        name = _name(step) if isinstance(part, int) else str(part)
        dotted += f".{name}" if name else f"[{part}]"
    return dotted[1:]


def _name(step: Any) -> str:
    """Return what a step can be recognised by when steps are inserted before it; '' if it has nothing of the kind."""
    if not isinstance(step, dict):
        return ""
    named = (step[key] for key in ("name", "use", "scale", "game", "each") if key in step)
    questions = step.get("ask")
    return str(next(named, next(iter(questions), "") if isinstance(questions, dict) else ""))
