"""compassion data: package, import, tally, bonuses, delete, backup, release, failure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from compassion.look_at import look_at

if TYPE_CHECKING:
    from experiments.study import Study

app = typer.Typer(help="Share, import, pay, delete, back up.", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)

Folder = Annotated[Path, typer.Argument(help="Folder of sessions.")]
Folders = Annotated[list[Path], typer.Argument(help="Folders of sessions.", metavar="DATA...")]
Participant = Annotated[str, typer.Argument(help="Participant code.")]
Session = Annotated[str, typer.Option(help="Session.")]
OwnProtocol = Annotated[
    Path | None, typer.Option(help="Protocol (default: the copy beside the data).")
]


def _say(line: str) -> None:
    console.print(line, markup=False)


def _study(protocol: Path | None, data: Path) -> Study:
    from experiments.study import open_study

    return open_study(protocol or data / "protocol.yaml")


@app.command()
def package(
    data: Folders,
    to: Annotated[Path, typer.Option("--to", help="Folder to write; must not exist yet.")],
    licence: Annotated[str, typer.Option(help="Licence of the data, such as CC0.")] = "",
    author: Annotated[list[str] | None, typer.Option(help="Author; repeatable.")] = None,
) -> None:
    """Write a data package: BIDS (beh), codebook, protocol, allocation log, CSV and Parquet.

    Example: compassion data package data/identified_victim/1.0.0/collected --to package
    """
    from experiments.package import write_package

    for made in write_package(data, to, licence=licence, authors=tuple(author or ())):
        _say(f"{made} is written; its README.md says how to read it in R and Python.")


@app.command("import")
def import_(
    files: Annotated[
        list[str],
        typer.Argument(help="Files, folders of files, or databases.", metavar="FILE..."),
    ],
    to: Annotated[Path, typer.Option("--to", help="Folder of the data.")],
    source: Annotated[
        str, typer.Option("--from", help="collector, jatos, pavlovia or file (saved by the page).")
    ] = "",
    protocol: Annotated[
        Path | None, typer.Option(help="Protocol that was exported (with --from).")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="Written mapping of a foreign table.")
    ] = None,
) -> None:
    """Bring data in: from online collection (--from), or other people's tables (--map).

    Examples: compassion data import study.sqlite --from collector --protocol STUDY.yaml --to data/online;
    compassion data import --map docs/reanalysis/psa008_pilot2.yaml pilot2_wide.csv --to data/psa008
    """
    if mapping is not None:
        from analysis.foreign.importing import import_foreign

        for written in import_foreign(mapping, [Path(file) for file in files], to):
            _say(f"{written} is written.")
        return
    from functools import partial

    from rich.progress import track

    from experiments.online.results.importing import import_results
    from experiments.online.results.results import ImportFault, read_results

    if not source or protocol is None:
        raise ImportFault(
            "say where the data come from: --from SOURCE --protocol FILE, or --map FILE."
        )
    follow = partial(track, description="sessions", console=console, transient=True)
    done = import_results(_study(protocol, to), to, read_results(source, files), follow)
    for fault in done.faults:
        look_at(console, fault)
    if done.withdrawn:
        _say(f"{done.withdrawn} left out because they withdrew and their answers were deleted")
    _say(f"{done.sessions} new sessions, {done.rows} new rows, {done.known} known already, in {to}")


@app.command()
def reanalyse(
    folder: Annotated[Path, typer.Argument(help="Folder that `data import --map` made.")],
) -> None:
    """Reproduce the published numbers of an imported data set, by the analysis its map plans.

    Example: compassion data reanalyse data/psa008
    """
    from analysis.foreign.reanalyse import reanalyse as again

    _say(again(folder).text())


@app.command()
def tally(
    data: Folders,
    protocol: OwnProtocol = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder for payments.csv and gifts.csv.")
    ] = None,
) -> None:
    """Work out what each participant keeps and what goes to the charity, by the decisions that count.

    Example: compassion data tally data/identified_victim/1.0.0/collected --to payments
    """
    from experiments.package import tally as work_out
    from experiments.package import write_tally

    made = work_out(_study(protocol, data[0]), data)
    carried = sum(payment.carried_out for payment in made.payments)
    _say(f"{len(made.payments)} sessions, {carried} decisions are carried out.")
    for currency, (given, kept) in made.totals().items():
        _say(f"Given ({made.charity or 'to the charity of the protocol'}): {given:g} {currency}")
        _say(f"Kept by participants: {kept:g} {currency}")
    for payment in made.open:
        look_at(console, f"{payment.participant}, session {payment.session}: it did not end")
    if to is not None:
        for written in write_tally(made, to):
            _say(f"{written} is written.")


@app.command()
def bonuses(
    data: Folders,
    identities: Annotated[
        str,
        typer.Option(
            help="Who has which code: the collector's database, or JATOS's results archive (.jrzip)."
        ),
    ],
    to: Annotated[Path, typer.Option("--to", help="Table to write; must not exist yet.")],
    protocol: OwnProtocol = None,
) -> None:
    """List what online participants keep, under the identities of the recruiting site (Prolific's bulk bonuses).

    Example: compassion data bonuses data/online --identities study.sqlite --to bonuses.csv
    """
    from experiments.online.results.bonuses import write_bonuses
    from experiments.package import tally as work_out

    made = work_out(_study(protocol, data[0]), data)
    written, unknown = write_bonuses(made, identities, to)
    for code in unknown:
        look_at(console, f"the identity of {code}, who is owed an amount, was not found")
    for payment in made.open:
        if payment.kept > 0:
            look_at(
                console,
                f"{payment.participant}: the session did not end; {payment.kept:g} {payment.currency}"
                " is what it comes to so far",
            )
    _say(f"{to} is written: {written} bonuses.")


@app.command()
def delete(
    places: Annotated[
        list[str],
        typer.Argument(
            help="Folders of sessions, and databases of a collector.", metavar="DATA..."
        ),
    ],
    participant: Annotated[
        str, typer.Argument(help="Participant code; for databases also the recruitment id.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete all answers of a participant who withdraws; a ledger entry without content stays.

    Name every place: the collector's database (a server may run), its copies, folders of imports.

    Payment identities go, too: pay first.

    Examples: compassion data delete data/identified_victim/1.0.0/collected p3f9a;
    compassion data delete exports/study.sqlite data/online 5f3c9b1e2a
    """
    from experiments.online.results.withdrawing import withdraw

    where = ", ".join(places)
    if not yes:
        typer.confirm(
            f"Delete all answers of '{participant}' in {where}? This cannot be undone", abort=True
        )
    done = withdraw(places, participant)
    for place, gone in done.deleted.items():
        _say(
            f"{place}: {gone.sessions} session(s) and {gone.rows} rows are deleted."
            " The ledger has an entry without content."
        )
        if gone.remains:
            look_at(console, gone.remains)
    for fault in done.faults:
        look_at(console, fault)


@app.command()
def backup(
    database: Annotated[str, typer.Argument(help="The collector's SQLite file.")],
    to: Annotated[Path, typer.Option("--to", help="File or folder; no file is overwritten.")],
) -> None:
    """Copy a collector's database, with its payment identities, while the server runs.

    Example: compassion data backup exports/study.sqlite --to backups/
    """
    from experiments.online.collector import back_up

    for written in back_up(database, to):
        _say(f"{written} is written and checked.")


@app.command()
def release(data: Folder, participant: Participant, session: Session = "1") -> None:
    """Give back the slot of a session that will never be finished; its answers stay.

    Example: compassion data release data/identified_victim/1.0.0/collected p3f9a
    """
    from experiments.session.session import give_up

    slot = give_up(_study(None, data), data, participant, session)
    _say(f"Slot {slot} is free again.")


@app.command()
def failure(
    data: Folder,
    participant: Participant,
    what: Annotated[str, typer.Argument(help="What failed, without anything about the person.")],
    session: Session = "1",
) -> None:
    """Note that a device failed in a session. Its answers stay; the exclusion rule 'device_failure' goes by it.

    Note it before you look at the answers. There is no way to take it back, as with everything in a journal.

    Example: compassion data failure data/identified_victim/1.0.0/collected p3f9a "the monitor went dark"
    """
    from experiments.session.collection import read_collection
    from experiments.session.journal import Journal

    path = read_collection(data).held(participant, session)
    with Journal.resume(path) as journal:
        journal.event("device_failure", what=what)
    _say(f"Noted in {path}.")
