"""The command ``compassion``, also as ``python -m compassion``."""

from __future__ import annotations

import sys

from compassion.shadowed import ShadowedError, refuse_shadowed


def main() -> None:
    """Run the command, unless a module or folder of the user's hides one of our packages."""
    try:
        refuse_shadowed()
    except ShadowedError as error:
        print(f"compassion: {error}", file=sys.stderr)
        sys.exit(2)
    from compassion.commands.main import main as run

    run()


if __name__ == "__main__":
    main()
