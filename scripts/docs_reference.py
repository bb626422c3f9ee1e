"""The page of the documentation with every key of every file, made from the models that read these files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.fields import FieldInfo

from experiments.files.descriptions import descriptions
from experiments.files.model import Model
from experiments.protocol import design_sections, sections, steps
from experiments.protocol.lab import Lab
from experiments.protocol.parts import Part, parts
from experiments.protocol.study_file import StudyFile
from experiments.questions import KINDS as QUESTIONS
from experiments.questions.question import Question
from experiments.stimuli.scale import ItemTexts, Scale
from experiments.stimuli.stimulus_set import StimulusSet

STEPS: Mapping[str, type[Model]] = steps.KINDS
SECTIONS: tuple[tuple[str, type[Model]], ...] = (
    ("factors", design_sections.Factors),
    ("factors: answered", design_sections.Answered),
    ("stakes", design_sections.Stakes),
    ("modes", design_sections.Mode),
    ("sessions", design_sections.Session),
    ("evidence", sections.Evidence),
    ("evidence: findings", sections.Finding),
    ("columns", sections.Computed),
    ("hypothesis", sections.Hypothesis),
    ("hypothesis: smallest_effect", sections.SmallestEffect),
    ("analysis", sections.PlannedModel),
    ("analysis: primary", sections.Several),
    ("exclude", sections.Exclude),
    ("sample", sections.Sample),
)
"""Section of a study -> its keys."""
FILES: tuple[tuple[str, str, type[Model]], ...] = (
    (
        "Lab file",
        "`lab.yaml`, beside the studies: what a laboratory sets once for all of them.",
        Lab,
    ),
    ("Part", "A file in `protocols/parts`, or in `parts` beside the study.", Part),
    ("Stimulus set", "`set.yaml` in a folder of `stimuli`, or beside the study.", StimulusSet),
    ("Scale", "A file in `stimuli/scales`, or beside the study.", Scale),
    ("Wording of a scale", "`NAME.items.yaml`, for instruments shipped by reference.", ItemTexts),
)


def reference() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Every key\n"
    yield "All keys of all files, with their defaults. [The protocol language](language.md) explains how they go together.\n"
    yield "## Study\n"
    yield from _table(StudyFile)
    for name, model in SECTIONS:
        yield f"### `{name}`\n"
        yield from _table(model)
    yield "## Steps\n"
    yield "Keys that every step can have:\n"
    yield from _table(steps.Step)
    shared = set(steps.Step.model_fields)
    for key, model in STEPS.items():
        yield f"### `{key}`\n"
        yield _sentence(model) + "\n"
        yield from _table(model, without=shared)
    yield "## Questions\n"
    yield "Keys that every question can have:\n"
    yield from _table(Question)
    for key, question in QUESTIONS.items():
        yield f"### `{key}`\n"
        yield _sentence(question) + "\n"
        yield from _table(question, without=set(Question.model_fields))
    yield "## Parts\n"
    yield "What a study can set in the parts that come with compassion:\n"
    for versions in parts(None).found.values():
        part = versions[0].part
        yield f"### `use: {part.part}`\n"
        yield f"{part.summary}\n"
        if part.parameters:
            yield "| key | meaning | default |\n|---|---|---|"
            for name, parameter in part.parameters.items():
                described = f"{parameter.described[0].upper()}{parameter.described[1:]}."
                yield f"| `{name}` | {_cell(described)} | {_default(parameter.default)} |"
            yield ""
    for title, where, model in FILES:
        yield f"## {title}\n"
        yield f"{where}\n"
        yield from _table(model)


def _table(model: type[Model], without: set[str] | None = None) -> Iterator[str]:
    yield "| key | meaning | default |\n|---|---|---|"
    described = descriptions(model)
    for name, field in model.model_fields.items():
        if name not in (without or ()):
            text = described.get(name, "")
            yield f"| `{field.alias or name}` | {_cell(text)} | {_of(field, text)} |"
    yield ""


def _of(field: FieldInfo, text: str) -> str:
    if field.is_required():
        return "*required*"
    # A default in words is part of the sentence.
    if "(default" in text:
        return ""
    return _default(field.get_default())


def _default(value: Any) -> str:
    if value is None or isinstance(value, Model) or value in ("", (), {}, []):
        return ""
    if isinstance(value, bool):
        return "`yes`" if value else "`no`"
    if isinstance(value, (dict, tuple, list)):
        return ""
    text = str(value)
    return f"`{text}`" if "\n" not in text and len(text) < 40 else "*a general text*"


def _sentence(model: type[Model]) -> str:
    return _cell((model.__doc__ or "").strip().split("\n\n")[0])


def _cell(text: str) -> str:
    text = re.sub(r"\s+", " ", text).replace("``", "`")
    return text.replace("|", "\\|")
