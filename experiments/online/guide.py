"""The note in each export: what is not filled in, what to do, what to try first, who is paid how, what is not promised."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.online.hosts import Source
from experiments.online.recruitment import Recruitment, pilot_link, study_link
from experiments.protocol import Protocol
from experiments.readiness import notes

_STEPS = {
    "static": """\
1. Try it on this machine: `compassion serve FOLDER`, and open the address that it prints.
2. For participants, run the same command on a server behind a proxy that speaks TLS (*Put a study online*,
   docs/online.md, has the files for systemd, Caddy and nginx). Do not copy this folder to an ordinary web host:
   it holds the protocol with its hypotheses, the conditions of all slots and the completion codes, which the
   collector never gives out.
3. Pilot it with three people, on a telephone too; go through the checklist below.
4. Launch with few places. Watch starts, completions and drop-out on the live page (`/live`), behind the password.
5. `compassion data import FOLDER.sqlite --from collector --protocol FOLDER/protocol.yaml --to DATA` makes rows like
   those of the lab; it may be repeated at any time, also while the study runs.""",
    "jatos": """\
1. In JATOS (3.9 or newer): Import Study, choose the `.jzip` beside this folder. What participants' browsers get
   is in `site/`; `protocol.yaml`, `study.json` and this note are for you, and not in the archive.
2. Study Links: activate *General Single* for recruiting sites (or *Personal Single*, a link each), get the link.
3. Pilot it with three people, on a telephone too; go through the checklist below. On one machine, take a private
   window for each run: JATOS lets a browser open a *single* link once. Then make a new batch for the study itself:
   a batch keeps the slots that its study runs have taken.
4. Launch with few places. Results, and the batch session's `compassion_slots`, show who has begun and finished.
5. Results: select all, Export Results, *JATOS Results Archive* (or *Data Only*, plain text);
   `compassion data import FILE --from jatos --protocol FOLDER/protocol.yaml --to DATA` makes rows of them. It may be
   repeated with later and longer files.

A new version of the protocol replaces the study in JATOS when it is imported: finish or stop the old one first,
and use a new batch.""",
    "pavlovia": """\
1. Push what is in `site/` (not this folder: the rest is for you) to a project of yours on Pavlovia. Make the
   project *private*: whoever sees it sees the texts of all conditions.
2. Set it to *piloting* and run it from there, with `&slot=1` behind the address that opens (and, where the
   study recruits over a site, the identity of a pilot: see below). Pavlovia takes no results of pilots: the table
   is saved on your machine at the end. Check that it holds a line for each answer, and import it as in step 5.
3. In the project's settings, choose CSV as the format, and *save incomplete results* if your ethics approval
   covers answers of people who closed the page. Assign credits, or nobody can begin.
4. Set it to *running*. The link names a slot (`?slot=12`) or the participant's number (`?participant=12`), which
   whatever sends people there has to count up. Launch with few places.
5. Download the CSV files;
   `compassion data import FOLDER_OF_CSV --from pavlovia --protocol FOLDER/protocol.yaml --to DATA` makes rows of them.
   It may be repeated.""",
}

_LIMITS = {
    "static": """\
Tested with real browsers, killed servers and closed pages against this very collector. The recruiting sites
themselves were never part of a test: try the way there and back with their preview.

The completion codes are on the server alone, and yet no proof of work: who knows how to talk to the collector can
end a session by hand. The live page counts who has "completed, but some of their rows are missing": look at the
data before you approve.""",
    "jatos": """\
**Tested against a stub written from JATOS's published protocol, never on a JATOS server.**

- Slots are taken in the batch session and never return by themselves: to free the slot of a drop-out, delete its
  entry under `compassion_slots` in the batch session's editor. Export more slots than you need participants.
- Refreshing the page goes on at the same question. After closing it a *single* link does not open again (JATOS
  says that the study can be done only once): the way back is the browser's history, or *reopen closed tab*.
- The answers of a person stand in JATOS beside the address that was opened, with the identity in it. They are
  apart only in what you export: *Data Only* holds no identities, the results archive does (`metadata.json`).
- Nothing compares identities: the same person can come again in another browser, unless the recruiting site
  prevents it (Prolific does).
- The completion codes stand in the page: who looks for them there gets one without taking part. Look at the
  data before you approve.
- A result may hold 5 MB unless JATOS is set otherwise; a session of ours has some 15 to 60 kB.
- A run whose end JATOS has not noted may be whole: the import tells by the rows, not by the state in JATOS.""",
    "pavlovia": """\
**Tested against a stub written from Pavlovia's documented endpoints, never on the live site.**

- If the upload is refused (403: no credits) or fails (502), the participant is offered the file, which
  `compassion data import --from file` reads; nothing else brings it back.
- Pavlovia gives out no slots: who decides which link goes to whom, decides the allocation. Two participants with
  the same number get the same slot; nothing is logged, and no drop-out's slot returns.
- Answers are in the participant's browser until the end. A killed browser loses them unless the person comes
  back with the same link in the same browser; another device cannot go on.
- The completion codes stand in the page: who looks for them there gets one without taking part. Look at the
  data before you approve.
- Pauses, hidden pages and the kind of browser are not recorded.
- No identity is kept anywhere, so that **nobody can tell which answers are whose**: credit works, bonuses
  for single participants do not.""",
}

_SOURCE = {
    "prolific": "Prolific: *I'll use URL parameters*; participants return by an address with your completion codes",
    "sona": "SONA: the study's URL; credit is granted by the address that participants return to",
    "mturk": "MTurk: an ExternalQuestion with this address; MTurk adds its parameters, and a preview takes no slot",
    "qualtrics": "Qualtrics: *End of Survey*, *Redirect to a URL*; participants return with `id` and `outcome`"
    " as embedded data",
    "direct": "a link of your own; the same person can take part again in another browser",
}

CHECKLIST = """\
## Pilot checklist

Go through it yourself, on a computer and on a telephone, before the first participant:

- [ ] The consent form names your institution, approval number and contact (no text in [brackets] is left).
- [ ] Declining ends the study; being under age ends the study.
- [ ] "Leave the study" leads to the debriefing and to the end, with pay.
- [ ] Refresh the page in the middle: the study goes on at the same question.
- [ ] {reopened}
- [ ] The way back to the recruitment site works for each end (complete, declined, left), and gives the credit.
- [ ] The last screen tells a code, and the data hold the answers under it.
- [ ] Two different slots show two different conditions.
- [ ] The runs of three people arrive in the data, each answer once; `compassion data import` reads them, and
      `compassion analyse` goes through.
- [ ] {paid}
- [ ] Delete your pilot data, or keep them in a folder of their own, before you begin.
"""

_REOPENED = {
    "static": "Close the page, open the link again: the same.",
    "jatos": "Close the page, reopen the closed tab: the same.",
    "pavlovia": "Close the page, open the same link again in the same browser: the same.",
}


def guide(
    protocol: Protocol,
    target: str,
    mode: str,
    slots: int,
    languages: Sequence[str] = (),
    recruitment: Recruitment | None = None,
) -> str:
    """Return the README of an export, in Markdown.

    Parameters
    ----------
    languages
        Languages that participants will read (default: all of the protocol).
    """
    checklist = CHECKLIST.format(
        reopened=_REOPENED[target], paid=_paid_check(protocol, target, mode)
    )
    return f"""\
# {protocol.title}

{about(protocol, target, mode, slots)} FOLDER stands for the folder that this note is in.

{unfilled(protocol, languages)}## What to do

{_STEPS[target]}

## Participants' way here and back

{_ways(recruitment or Recruitment(), target, len(languages or protocol.languages))}

{_payment(protocol, target, mode)}{checklist}
## What this target does not promise

{_LIMITS[target]}
"""


def about(protocol: Protocol, target: str, mode: str, slots: int) -> str:
    """Return which study, version and mode an export is of, and what is at stake in it."""
    stakes = protocol.modes[mode].stakes
    chance = (
        ""
        if stakes.probability is None
        else f", carried out with probability {stakes.probability:g}"
    )
    return f"""\
Export of `{protocol.study}` {protocol.version} (content {protocol.hash}) for **{target}**, mode `{mode}`,
{slots} slots. Stakes: {stakes.kind}{chance}. Made by compassion; do not edit the files, change the protocol
and export again."""


def unfilled(protocol: Protocol, languages: Sequence[str] = ()) -> str:
    """Return the warning of what is not filled in, with a blank line behind it; empty if all is."""
    missing = notes(protocol, languages)
    if not missing:
        return ""
    listed = "\n".join(f"- {note}" for note in missing)
    return f"""\
## NOT READY for participants

Fill this in in the protocol, raise its version, and export again. Until then this is a draft to look at:

{listed}

"""


def _ways(recruitment: Recruitment, target: str, languages: int) -> str:
    address = {
        "static": "https://YOUR.SERVER/",
        "jatos": "https://YOUR.JATOS/publix/STUDYCODE",
        "pavlovia": "https://run.pavlovia.org/YOU/PROJECT/",
    }[target]
    link, pilot = study_link(address, recruitment.source), pilot_link(address, recruitment.source)
    if target == "pavlovia":
        link += ("&" if "?" in link else "?") + "participant=NUMBER"
        pilot += "&participant=1"
    back = "\n".join(f"- {outcome}: code `{code}`" for outcome, code in recruitment.codes.items())
    if back:
        back = f"\n\nEnds without a code of their own lead back with that of `complete`:\n\n{back}"
    choice = (
        f"\n\nThe page asks for the language, unless `{'&' if '?' in link else '?'}lang=CODE` stands behind it."
        if languages > 1
        else ""
    )
    return f"""\
They come by {_SOURCE[recruitment.source]}. Their address:

    {link}{choice}{_trying(pilot, recruitment.source)}{back}"""


def _trying(pilot: str, source: Source) -> str:
    """Return how the experimenter opens a study that takes people from a recruiting site only."""
    if source == "direct":
        return ""
    return f"""

Nobody else is let in: a link without an identity could not be paid. To try it without the site, with another
identity (`pilot2` ...) for each person and each new start:

    {pilot}"""


def _payment(protocol: Protocol, target: str, mode: str) -> str:
    if protocol.modes[mode].stakes.kind == "hypothetical":
        return ""
    if target == "pavlovia":
        how = """\
Something is at stake here, and **on Pavlovia nobody can be paid for it**: no identity is kept. Use another
target, or a mode with hypothetical stakes."""
    else:
        kept = {"static": "FOLDER.sqlite", "jatos": "RESULTS.jrzip"}[target]
        how = f"""\
After the import: `compassion data tally DATA --to PAYMENTS` reckons what is given to whom, and
`compassion data bonuses DATA --identities {kept} --to bonuses.csv` what each participant keeps, under the
identity of the recruiting site (Prolific: *Bulk bonus payments*, the first two columns without the heading).
Delete the identities when everybody is paid."""
    return f"## Pay\n\n{how}\n\n"


def _paid_check(protocol: Protocol, target: str, mode: str) -> str:
    if target == "pavlovia" or protocol.modes[mode].stakes.kind == "hypothetical":
        return "The completion page tells people all that they need in order to be paid."
    return "`compassion data bonuses` lists what a pilot participant kept, with the right identity."
