"""Create the collector's tables in a PostgreSQL database, once, before the servers start.

``python -m experiments.online.collector.make_tables postgresql://user@localhost/study``
"""

from __future__ import annotations

import sys

from experiments.errors import UserError
from experiments.online.collector.database import database_shown, migrate


def main(arguments: list[str]) -> int:
    """Create the tables of a database; return the exit code."""
    if len(arguments) != 1:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        migrate(arguments[0])
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{database_shown(arguments[0])} now has all tables.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
