"""A new protocol, started as a copy of one that works."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from experiments.errors import UserError
from experiments.first_study import load
from experiments.places import find


def new_protocol(name: str, template: str, folder: Path) -> tuple[Path, Path]:
    """Write a copy of a protocol under a new name, with the JSON schema beside it.

    Parameters
    ----------
    name
        Name of the new study.
    template
        Name of a protocol that comes with compassion, or a protocol file.
    folder
        Folder for the new file.

    Returns
    -------
    tuple of Path
        The new file, and the one it was copied from.

    Raises
    ------
    UserError
        If this cannot be the name of a study, or the file already exists.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UserError(
            f"'{name}' cannot be the name of a study: use lower-case letters, digits and underscores (_), starting with"
            " a letter, such as rain_relief."
        )
    target = folder / f"{name}.yaml"
    if target.exists():
        raise UserError(f"{target} already exists; choose another name, or edit that file.")
    source = find(template if template.endswith(".yaml") else f"{template}.yaml", "protocols")
    load(source)
    text = source.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^study: .*$", f"study: {name}", text, count=1)
    text = re.sub(r"(?m)^version: .*$", "version: 0.1.0", text, count=1)
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    schema_file = folder / "protocol.schema.json"
    if not schema_file.exists():
        shutil.copyfile(find("protocol.schema.json", "protocols"), schema_file)
    return target, source
