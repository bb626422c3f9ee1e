"""The opened study: its file with parts written out, the items of its loops and its instruments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from experiments.files.source import Source
from experiments.marked_text import TextError
from experiments.protocol.expansion import Expansion, expansion
from experiments.protocol.lab import Lab
from experiments.protocol.measures import Instrument
from experiments.protocol.media import Medium, Named, named_media
from experiments.protocol.names import Items, Names
from experiments.protocol.places import Loop
from experiments.protocol.study_file import StudyFile
from experiments.stimuli.conditions_file import (
    ConditionsFile,
)
from experiments.stimuli.media import MediaFolder
from experiments.stimuli.scale import Scale
from experiments.stimuli.stimulus_set import StimulusSet


def _as_written(text: str, place: str) -> str:
    return text


@dataclass(frozen=True)
class OpenedStudy:
    """A study file with its parts written out, its items and its instruments."""

    written: Source
    """The file as it is written."""
    source: Source
    """The file with its parts written out."""
    study: StudyFile
    lab: Lab
    """What the laboratory sets."""
    items: dict[str, Items] = field(default_factory=dict)
    """Name of a loop -> the items it can draw; loops over the levels of a factor have no entry."""
    sets: dict[str, StimulusSet] = field(default_factory=dict)
    """Name of a loop over a stimulus set -> the set."""
    tables: dict[str, ConditionsFile] = field(default_factory=dict)
    """Name of a loop over a conditions file -> the file."""
    scales: dict[str, Scale] = field(default_factory=dict)
    groups: dict[str, StimulusSet] = field(default_factory=dict)
    """``dots`` and ``paintings``, if the study uses the minimal-group procedure with them -> their pictures."""
    media: dict[tuple[str, str], Medium] = field(default_factory=dict)
    """Name and kind of a picture, film or sound that a step shows -> it."""
    folders: dict[str, MediaFolder] = field(default_factory=dict)
    """Folder of media, as the study names it -> its description."""
    lenders: dict[str, StimulusSet] = field(default_factory=dict)
    """Stimulus set of which steps show single pictures -> the set."""
    files: dict[str, str] = field(default_factory=dict)
    """File, stimulus set or instrument that the study uses -> hash of its content."""
    words: Callable[[str, str], str] = _as_written
    """Text of a conditions file or of a file in braces, and its place -> the text in the language of the study."""
    translations: dict[str, OpenedStudy] = field(default_factory=dict, repr=False, compare=False)
    """Language -> the study in it, for those made so far."""

    @cached_property
    def names(self) -> Names:
        """The names of the study."""
        instruments = {name: _measured(scale) for name, scale in self.scales.items()}
        return Names(self.study, instruments, self.items)

    @cached_property
    def named_media(self) -> list[Named]:
        """The pictures, films and sounds that its steps name."""
        return list(named_media(self.study))

    @cached_property
    def expansion(self) -> Expansion:
        """The study with everything written out."""
        return expansion(self.study, self.files)

    @cached_property
    def values(self) -> dict[str, str]:
        """Name -> text of every value that is set: by the study, else by the laboratory."""
        return {**self.lab_values, **self.study.values}

    @cached_property
    def lab_values(self) -> dict[str, str]:
        """The values that the laboratory sets and the study does not."""
        of_lab = self.lab.values_for(self.study.study)
        return {name: text for name, text in of_lab.items() if name not in self.study.values}

    def texts_of(self, loop: Loop) -> tuple[str, ...]:
        """Return the names of the texts that each item of a loop has, besides its fields."""
        return self.items[loop.name].texts if loop.name in self.items else ()

    def item_text(
        self,
        loop: Loop,
        item: str,
        variant: str,
        language: str,
        inserts: Mapping[str, str],
        fields: Mapping[str, str],
    ) -> str:
        """Return the text of an item.

        Parameters
        ----------
        variant
            Name of the text; '' for the only one.
        inserts
            Values for the holes of the text.
        fields
            Fields of the item; in a conditions file the text is the field ``text`` or ``text.VARIANT``.

        Raises
        ------
        TextError
            If there is no such text, or a hole of it has no value.
        """
        key = loop.place
        stimuli = self.sets.get(loop.name)
        if stimuli is None:
            name = f"text.{variant.replace(' ', '.')}" if variant else "text"
            if name not in fields:
                remedy = f"The file has the columns: {', '.join(fields)}."
                raise TextError(key, f"there is no column '{name}' in {loop.step.each}", remedy)
            return self.words(fields[name], place_in_table(loop, item, name))
        name = variant or next(iter(stimuli.variants))
        try:
            return stimuli.text(stimuli.item(item), language, name, inserts)
        except KeyError as error:
            remedy = f"The set has the texts: {', '.join(stimuli.variants)}."
            raise TextError(
                key, f"the text '{name}' of '{item}': {error.args[0]}", remedy
            ) from None

    def pictures(self, loop: Loop, item: str, language: str) -> list[dict[str, str]]:
        """Return the pictures of an item, with their descriptions."""
        stimuli = self.sets.get(loop.name)
        if stimuli is None:
            return []
        return [
            {"src": stimuli.src(picture), "alt": picture.alt.get(language, "")}
            for picture in stimuli.item(item).images
        ]


def place_in_table(loop: Loop, item: str, column: str) -> str:
    """Return the place of a cell of a conditions file: ``vignettes.csv.m1.text``."""
    return f"{loop.step.each}.{item}.{column}"


def _measured(scale: Scale) -> Instrument:
    scores = tuple(scale.subscales) if len(scale.subscales) > 1 else ()
    return Instrument(scores, tuple(item.id for item in scale.items))
