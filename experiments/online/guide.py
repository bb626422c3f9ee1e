"""The note in each export: what to do with it, what to try before the first participant, what is not promised."""

from __future__ import annotations

from experiments.protocol import Protocol

_STEPS = {
    "static": """\
1. `compassion serve FOLDER` on a machine that participants can reach (docs/online.md: TLS by Caddy or nginx).
2. Send participants the address that it prints; with Prolific, SONA, MTurk or Qualtrics, the address with
   their placeholders, as `docs/online.md` shows.
3. Watch starts, completions and drop-out on its live page, behind the password.
4. `compassion data import --from collector DATABASE --to DATA` turns the answers into the rows of the lab.""",
    "jatos": """\
1. In JATOS (3.9 or newer): Import Study, choose the `.jzip` beside this folder.
2. Make a study link of the type General Single (or Personal Single), and open it once yourself.
3. Send participants the link, with `?PROLIFIC_PID={{%PROLIFIC_PID%}}` behind it for Prolific.
4. Export the results as text; `compassion data import --from jatos FILE --to DATA` makes rows of them.

**Tested against a stub written from JATOS's published protocol, never on a JATOS server.** Slots are taken in
the batch session and never return by themselves: delete the entry of a drop-out in its `compassion_slots`.""",
    "pavlovia": """\
1. Push this folder to a project of yours on Pavlovia; set it to *piloting*.
2. Run it once; check that the CSV arrives and holds one line per answer.
3. Set it to *running*. The link names a slot (`?slot=12`) or the participant's number (`?participant=12`).
4. Download the CSV files; `compassion data import --from pavlovia FILES --to DATA` makes rows of them.

**Tested against a stub written from Pavlovia's documented endpoints, never on the live site.** If the upload is
refused (403: no credits) or fails (502), the participant is offered the file; nothing else brings it back.""",
}

_CHECKLIST = """\
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
    stakes = protocol.modes[mode].stakes
    chance = (
        ""
        if stakes.probability is None
        else f", carried out with probability {stakes.probability:g}"
    )
    return f"""\
# {protocol.title}

Export of `{protocol.study}` {protocol.version} (content {protocol.hash}) for **{target}**, mode `{mode}`,
{slots} slots. Stakes: {stakes.kind}{chance}. Made by compassion; do not edit the files, change the protocol
and export again.

## What to do

{_STEPS[target]}

{_CHECKLIST}"""
