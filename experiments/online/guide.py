"""The note in each export: what to do with it, what to try before the first participant, what is not promised."""

from __future__ import annotations

from experiments.protocol import Protocol

_STEPS = {
    "static": """\
1. Try it on this machine: `compassion serve FOLDER`, and open the address that it prints.
2. For participants, run the same command on a server behind a proxy that speaks TLS (docs/online.md has the
   files for Caddy and nginx). Do not copy this folder to an ordinary web host: it holds the protocol with its
   hypotheses, the conditions of all slots and the completion codes, which the collector never gives out.
3. Give participants the study's address; for Prolific, SONA or Qualtrics with their placeholders behind it
   (docs/online.md).
4. Watch starts, completions and drop-out on its live page (`/live`), behind the password.
5. `compassion data import DATABASE --from collector --protocol FOLDER/protocol.yaml --to DATA` makes rows like
   those of the lab; it may be repeated at any time.""",
    "jatos": """\
1. In JATOS (3.9 or newer): Import Study, choose the `.jzip` beside this folder. What participants' browsers get
   is in `site/`; `protocol.yaml`, `study.json` and this note are for you, and not in the archive.
2. Make a study link of the type General Single (or Personal Single), and open it once yourself.
3. Give participants the link; for Prolific with
   `?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}` behind it.
4. Export the results as text (*Results*, *Export Data*, *Data only*);
   `compassion data import FILE --from jatos --protocol FOLDER/protocol.yaml --to DATA` makes rows of them.

**Tested against a stub written from JATOS's published protocol, never on a JATOS server.** Slots are taken in
the batch session and never return by themselves: to free the slot of a drop-out, delete its entry under
`compassion_slots` in the batch session's editor. A result may hold 5 MB unless JATOS is set otherwise.""",
    "pavlovia": """\
1. Push what is in `site/` (not this folder: the rest is for you) to a project of yours on Pavlovia; set it to
   *piloting*.
2. Run it once; check that the CSV arrives and holds one line per answer.
3. Set it to *running*. The link names a slot (`?slot=12`) or the participant's number (`?participant=12`, which
   Pavlovia's portals and recruitment sites can count up).
4. Download the CSV files;
   `compassion data import FILE... --from pavlovia --protocol FOLDER/protocol.yaml --to DATA` makes rows of them.

**Tested against a stub written from Pavlovia's documented endpoints, never on the live site.** If the upload is
refused (403: no credits) or fails (502), the participant is offered the file; nothing else brings it back.
Pavlovia gives out no slots: who decides which link goes to whom, decides the allocation. Two participants with
the same number get the same slot.""",
}

CHECKLIST = """\
## Pilot checklist

Go through it yourself, on a computer and on a telephone, before the first participant:

- [ ] The consent form names your institution, approval number and contact (no text in [brackets] is left).
- [ ] Declining ends the study; being under age ends the study.
- [ ] "Leave the study" leads to the debriefing and to the end, with pay.
- [ ] Refresh the page in the middle: the study goes on at the same question.
- [ ] Close the page, open the link again: the same.
- [ ] The way back to the recruitment site works, and gives the credit.
- [ ] Your own run arrives in the data, each answer once; `compassion data import` reads it.
- [ ] Delete your pilot data, or keep them in a folder of their own, before you begin.
"""


def guide(protocol: Protocol, target: str, mode: str, slots: int) -> str:
    """Return the README of an export, in Markdown."""
    return f"""\
# {protocol.title}

{about(protocol, target, mode, slots)}

## What to do

{_STEPS[target]}

{CHECKLIST}"""


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
