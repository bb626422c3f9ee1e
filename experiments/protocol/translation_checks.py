"""How far a study is translated into each language, and what is wrong with its translations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message

from experiments.files.faults import Fault, InvalidFileError, Key
from experiments.files.po_file import PoFile, SourceText
from experiments.interface import FOLDER
from experiments.interface import languages as interface_languages
from experiments.numbers import count
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.same_words import Same, same_options
from experiments.protocol.steps import LoopStep, MinimalGroupStep, ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.protocol.translations import (
    Catalogs,
    language_of,
    po_path,
    texts_of_study,
    translated,
    wrong_code,
)

TextsOfFiles = Mapping[Path, list[SourceText]]


@dataclass(frozen=True)
class Translation:
    """How far a study is translated into a language."""

    language: str
    gaps: tuple[Fault, ...]
    """What participants could not read in the language; nothing if the study can be shown in it."""
    lacks: str
    """The gaps in a few words: ``3 of 40 texts missing; 1 of 40 texts fuzzy``."""


def translations(opened: OpenedStudy) -> list[Translation]:
    """Return how far a study is translated: its own language comes first, then those of the PO files beside it.

    Raises
    ------
    InvalidFileError
        With every mistake in a PO file.
    """
    path, own, of_files = opened.source.path, opened.study.language, _by_file(opened)
    found: dict[str, Translation] = {}
    faults: dict[Fault, None] = {}
    files = sorted(path.parent.glob(f"{path.stem}.*.po"))
    codes = [file.name.removeprefix(f"{path.stem}.").removesuffix(".po") for file in files]
    for language in (own, *codes):
        try:
            if wrong := wrong_code(language):
                at_name = Fault(str(po_path(path, language)), 1, 1, "", *wrong)
                at_key = opened.source.fault(("language",), *wrong, at=0)
                raise InvalidFileError([at_key if language == own else at_name])
            found[language] = translation(opened, language, of_files)
        except InvalidFileError as error:
            faults |= dict.fromkeys(error.faults)
    if faults:
        raise InvalidFileError(list(faults))
    return list(found.values())


def languages(translated: Iterable[Translation]) -> list[str]:
    """Return the languages in which a study can be shown: its own, then those in which nothing is missing or fuzzy."""
    own, *others = translated
    return [own.language, *(each.language for each in others if not each.gaps)]


def translation(
    opened: OpenedStudy, language: str, of_files: TextsOfFiles | None = None
) -> Translation:
    """Return how far a study is translated into a language.

    Parameters
    ----------
    of_files
        The texts of the study by file, if they are known.

    Raises
    ------
    InvalidFileError
        With every mistake in a PO file of this language.
    """
    faults: list[Fault] = []
    gaps: list[Fault] = []
    entries: list[Message | None] = []
    others = list(_stimuli(opened, language))
    if language not in interface_languages():
        gaps.append(opened.source.fault(("language",), *no_interface(language)))
    catalogs = Catalogs(language)
    for path, written in (of_files or _by_file(opened)).items():
        source = written[0].source
        if language_of(source) == language:
            continue
        try:
            file = catalogs.of(source)
        except InvalidFileError as error:
            faults += error.faults
            continue
        own = [entry for *_, entry in file.looked_up(written)]
        entries += own
        update = f"compassion translate {path} {language}"
        if file.path.is_file():
            faults += file.mismatches()
            gaps += file.gaps(written, update)
        elif own:
            shown = f"there is no translation into '{language}' ({file.path.name})"
            gaps.append(source.fault((), shown, f"Run `{update}` and translate the file."))
    if not faults:
        faults += same_in(opened, language, same_options)
    if faults:
        raise InvalidFileError(faults)
    missing = sum(entry is None or not entry.string for entry in entries)
    fuzzy = sum(entry is not None and bool(entry.string) and entry.fuzzy for entry in entries)
    lacks = [
        f"{number} of {count(len(entries), 'text', 'texts')} {how}"
        for number, how in ((missing, "missing"), (fuzzy, "fuzzy"))
        if number
    ]
    lacks += [gap.found for gap in others]
    if language not in interface_languages():
        # Decided first: without these, it is no use to translate the rest.
        return Translation(language, (gaps[0],), "; ".join([*lacks, gaps[0].found]))
    return Translation(language, (*others, *gaps), "; ".join(lacks))


def no_interface(language: str) -> tuple[str, str]:
    """Return that there are no interface texts in a language, and how to add them."""
    known = ", ".join(interface_languages())
    add = f"compassion translate {FOLDER / 'en.yaml'} {language}"
    remedy = (
        f"The languages are {known}. To add one, run `{add}` (see CONTRIBUTING.md, 'A language')."
    )
    return f"there are no interface texts in '{language}'", remedy


def unused_entries(opened: OpenedStudy, language: str) -> Iterator[Fault]:
    """Yield the entries of a study's PO file that translate none of its texts."""
    path = po_path(opened.source.path, language)
    if path.is_file():
        own = _by_file(opened).get(opened.source.path, [])
        yield from PoFile.read(path, language).unused(own)


def same_in(
    opened: OpenedStudy, language: str, same: Callable[[OpenedStudy], Iterable[Same]]
) -> Iterator[Fault]:
    """Yield what has the same words in a language, but not in the study, where these words are translated.

    Parameters
    ----------
    same
        Returns what has the same words in a study.
    """
    if language == opened.study.language or language not in interface_languages():
        return
    known = {each[:3] for each in same(opened)}
    for key, first, second, words in same(translated(opened, language)):
        if (key, first, second) not in known:
            found = f"'{first}' and '{second}' have the same words in '{language}': {words}"
            remedy = "Translate each by words of its own; an entry for one place alone has its place as msgctxt."
            file = Catalogs(language).of(opened.written)
            lines = [
                entry.lineno
                for entry in file.messages
                if " ".join(str(entry.string).split()) == words
            ]
            if lines:
                yield Fault(
                    str(file.path), lines[-1] or 1, 1, ".".join(map(str, key)), found, remedy
                )
            else:
                yield opened.source.fault(key, found, remedy)


def _by_file(opened: OpenedStudy) -> TextsOfFiles:
    found: dict[Path, list[SourceText]] = {}
    for text in texts_of_study(opened):
        found.setdefault(text.source.path, []).append(text)
    return found


def _stimuli(opened: OpenedStudy, language: str) -> Iterator[Fault]:
    """Yield a fault for each stimulus set and instrument that is not in the language."""
    for key, step in all_steps(opened.study):
        lacking: list[tuple[Key, str]] = []
        if isinstance(step, LoopStep) and step.address in opened.sets:
            if language not in opened.sets[step.address].languages:
                lacking.append(((*key, "each"), f"the set '{step.each}' has no texts"))
        elif isinstance(step, ScaleStep):
            if language not in opened.scales[step.scale].languages:
                lacking.append(((*key, "scale"), f"the instrument '{step.scale}' has no items"))
        elif isinstance(step, MinimalGroupStep):
            for kind, stimuli in opened.groups.items():
                if language not in stimuli.languages:
                    at = (*key, "minimal_group")
                    lacking.append((at, f"the set '{kind}' has no descriptions of its pictures"))
        for at, what in lacking:
            remedy = "Add the language to its file, or leave it out of the study's languages."
            yield opened.source.fault(at, f"{what} in '{language}'", remedy)
