"""Writing: the folder of a Builder export, which is compiled and checked, or not written at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

from experiments.interface import interface
from experiments.online.export.builder.javascript import check_translator
from experiments.online.export.builder.pages import changes_of, map_of, pages_of
from experiments.online.export.builder.tables import BLANK, tables_of, to_csv
from experiments.online.export.exporting import (
    ExportError,
    Order,
    copy_pictures,
    place_pictures,
    whole_or_nothing,
)
from experiments.online.export.guide import written
from experiments.session.keeping import keep
from experiments.session.secret import allocated_in
from experiments.study import Study


class _Dumper(yaml.SafeDumper):
    """Writes YAML as this project reads it: texts of any class, yes and no, and repeated values in full."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_multi_representer(str, yaml.SafeDumper.represent_str)
_Dumper.add_representer(
    bool,
    lambda dumper, value: dumper.represent_scalar(
        "tag:yaml.org,2002:bool", "yes" if value else "no"
    ),
)


@dataclass(frozen=True)
class HandedOver:
    """The result of a Builder export."""

    experiment: Path
    """The ``.psyexp``."""
    changes: dict[str, str]
    """Screen -> how it differs from the study itself."""


def write_builder(
    study: Study,
    folder: Path,
    ordered: Order,
    advance: Callable[[], object] = lambda: None,
    earlier: Path | None = None,
) -> HandedOver:
    """Write a Builder export.

    Parameters
    ----------
    folder
        Where to write it; must be empty or not exist.
    advance
        Called after each slot, to show progress.
    earlier
        Earlier export whose allocation lists are used again (default: new ones).

    Raises
    ------
    ExportError
        If the study contains something that Builder cannot show, the translator is missing, or PsychoPy's
        JavaScript does not pass our checks.
    """
    (language,) = ordered.languages
    if interface(language).direction == "rtl":
        raise ExportError(
            f"Builder cannot show '{language}': its buttons do not support right-to-left text, so that"
            " words would be in the wrong order."
            " Export another language, or use `compassion run` or the target static, which can."
        )
    check_translator()
    pictures: dict[str, str] = {}
    changes: dict[str, str] = {}
    timelines = []
    name = f"{study.study}_{ordered.mode}"
    with whole_or_nothing(folder) as unfinished:
        study = allocated_in(unfinished, study, earlier)
        slots = study.slots(ordered.mode)[: ordered.slots]
        for slot in slots:
            timeline = study.timeline(slot, language)
            place_pictures(timeline.to_json()["screens"], pictures)
            changes |= changes_of(timeline)
            timelines.append(timeline)
            advance()
        tables = tables_of(slots, map(pages_of, timelines))
        copy_pictures(pictures, unfinished / "media")
        (unfinished / BLANK).parent.mkdir(exist_ok=True)
        Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(unfinished / BLANK)
        for file, rows in (("slots.csv", tables.slots), ("screens.csv", tables.screens)):
            (unfinished / file).write_text(to_csv(rows), encoding="utf-8-sig", newline="")
        # Imported here, because PsychoPy takes seconds to import and nothing else in this module needs it.
        from experiments.online.export.builder.compiling import write_experiment

        write_experiment(unfinished, name, tables, language)
        keep(study, unfinished)
        mapped = yaml.dump(map_of(timelines), Dumper=_Dumper, sort_keys=False, allow_unicode=True)
        (unfinished / "map.yaml").write_text(mapped, encoding="utf-8")
        readme = written(
            study,
            "builder",
            ordered.mode,
            len(slots),
            ordered.languages,
            language=language,
            name=name,
            kinds=tables.kinds,
            changes=changes,
        )
        (unfinished / "README.md").write_text(readme, encoding="utf-8")
    return HandedOver(folder / f"{name}.psyexp", changes)
