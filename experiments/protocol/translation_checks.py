"""Whether a study can be shown in a language, and what readers of its translation must know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from experiments.files.faults import Fault, Key
from experiments.files.po_file import SourceText
from experiments.interface import languages as interface_languages
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.steps import LoopStep, MinimalGroupStep, ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.protocol.translations import Catalogs, language_of, po_path, texts_of_study

TextsOfFiles = Mapping[Path, list[SourceText]]


def languages(opened: OpenedStudy) -> list[str]:
    """Return the languages of a study: its own, then those of the PO files beside it."""
    path = opened.source.path
    found = path.parent.glob(f"{path.stem}.*.po")
    others = sorted(each.name.removeprefix(f"{path.stem}.").removesuffix(".po") for each in found)
    return [opened.study.language, *others]


def whole(opened: OpenedStudy, language: str) -> list[str]:
    """Return what is missing before a study can be shown in a language; nothing if it is whole."""
    return [str(fault) for fault in gaps(opened, language)]


def whole_languages(opened: OpenedStudy) -> list[str]:
    """Return the languages besides its own in which nothing is missing."""
    others, of_files = languages(opened)[1:], _by_file(opened)
    return [code for code in others if not gaps(opened, code, of_files)]


def gaps(opened: OpenedStudy, language: str, of_files: TextsOfFiles | None = None) -> list[Fault]:
    """Return a fault for everything that participants could not read in a language.

    Parameters
    ----------
    of_files
        The texts of the study by file, if they are known.

    Raises
    ------
    InvalidFileError
        If a PO file cannot be read.
    """
    found = []
    if language not in interface_languages():
        known = ", ".join(interface_languages())
        shown = f"there are no interface texts in '{language}'"
        found.append(opened.source.fault((), shown, f"The languages are {known}."))
    catalogs = Catalogs(language)
    for path, texts in (of_files or _by_file(opened)).items():
        source = texts[0].source
        if language_of(source) == language:
            continue
        update = f"compassion translate {path} {language}"
        if po_path(path, language).is_file():
            found += catalogs.of(source).gaps(texts, update)
        elif any(text.paragraphs for text in texts):
            shown = f"there is no translation into '{language}' ({po_path(path, language).name})"
            found.append(source.fault((), shown, f"Run `{update}` and translate the file."))
    return [*found, *_stimuli(opened, language)]


def remarks(opened: OpenedStudy) -> list[Fault]:
    """Return what readers must know about the translations of a study and its parts: entries that translate nothing,
    and translations that no native speaker has reviewed."""
    found = []
    for language in languages(opened):
        catalogs = Catalogs(language)
        for path, texts in _by_file(opened).items():
            if language_of(texts[0].source) == language or not po_path(path, language).is_file():
                continue
            of_study = path == opened.source.path
            for fault in catalogs.of(texts[0].source).remarks(texts):
                # A study does not use every text of a part.
                if of_study or fault.line == 1:
                    found.append(fault)
    return found


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
