"""compassion translate: the PO file with which a study is translated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from compassion.commands.console import console


def translate(
    file: Annotated[
        Path, typer.Argument(help="Study, part, or English interface texts.", metavar="STUDY")
    ],
    language: Annotated[
        str, typer.Argument(help="Language, such as he or pt-BR.", metavar="LANGUAGE")
    ],
) -> None:
    """Write or update the PO file for the translation of a study, beside the study.

    Translate it with any editor for PO files. Nothing that is translated is lost when the study changes: a changed
    paragraph keeps its translation, marked as fuzzy, until somebody has corrected it.

    Example: compassion translate protocols/identified_victim.yaml he
    """
    from experiments.interface import languages
    from experiments.protocol.translation_checks import no_interface
    from experiments.protocol.translation_files import update_translation

    po_file, texts = update_translation(file, language)
    left = len([*po_file.mismatches(), *po_file.gaps(texts, "")])
    all_of = len({paragraph for text in texts for paragraph in text.paragraphs})
    console.print(
        f"Wrote {po_file.path}: {all_of} paragraphs, of which {left} are to be translated."
    )
    if language not in languages() and po_file.path.stem != language:
        found, remedy = no_interface(language)
        console.print(f"[yellow]note:[/] {escape(f'{found}. {remedy}')}")
