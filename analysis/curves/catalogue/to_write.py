"""Curves that a study predicts and that the catalogue does not have yet."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.curves.catalogue.catalogue import get
from analysis.errors import AnalysisError
from experiments.files.faults import Fault, Key
from experiments.language.contrasts import Claim, CurveName
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.study_file import entry_key


def curves_to_write(opened: OpenedStudy) -> Iterator[Fault]:
    """Yield the predictions that name an unknown curve; a study can be written before its curves are."""
    for name, written in opened.study.hypothesis.items():
        named: list[tuple[Key, Claim]] = [(("claim",), written.claim)]
        named += [(("also", place), claim) for place, claim in enumerate(written.also)]
        named += [(("rivals", place), claim) for place, claim in enumerate(written.rivals)]
        for place, claim in named:
            if not isinstance(claim, CurveName):
                continue
            try:
                get(claim.name)
            except AnalysisError as error:
                key = (*entry_key("hypothesis", name), *place)
                found = (
                    f"there is no curve '{claim}' yet, so that the study cannot be simulated or run"
                )
                yield opened.source.fault(key, found, error.remedy)
