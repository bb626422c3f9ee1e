"""The note in a Builder export: what it is, how to run it, and what this route cannot promise."""

from __future__ import annotations

from experiments.online.guide import about, unfilled
from experiments.protocol import Protocol


def readme(protocol: Protocol, mode: str, language: str, slots: int, name: str) -> str:
    """Return the README, in Markdown."""
    return f"""\
# {protocol.title}

{about(protocol, "PsychoPy Builder", mode, slots)} Language: `{language}`.

{unfilled(protocol, [language])}| file | what it is |
|---|---|
| `{name}.psyexp` | the experiment; open it in PsychoPy Builder |
| `{name}.py` | the same, compiled for the lab: `python {name}.py` |
| `{name}.js`, `index.html` | the same, compiled for the browser; needs PsychoJS, which Pavlovia serves |
| `slots.csv` | our allocation list: each slot with its conditions and its pages, in their order |
| `screens.csv` | every page that any slot has, once: texts, pictures, scales, rules |
| `media/` | pictures |
| `protocol.yaml` | the protocol that all of this follows from |

The flow takes one row of `slots.csv` (the slot typed into the dialog, or `?slot=12` in the link), and goes through
that slot's rows of `screens.csv` one after the other. A routine per kind of page draws it; *Skip if* lets one
of them run. **Builder randomises nothing**: orders, conditions and lotteries were drawn when the slots were
made. Texts in the tables begin with `t|`, so that neither PsychoPy nor a spreadsheet takes them for numbers,
dates or formulas; keep that when you edit them, and do not sort or delete rows.

## What to do

1. Open `{name}.psyexp`, run it once with slot 1, decline once, and leave once.
2. Give every participant the next slot that is free, and write down who has which: nothing else does.
3. For Pavlovia, sync from Builder, set the project to piloting, and go through the checklist below. Recruiting
   sites: put the address that gives the credit into *Online*, *Completed URL* of the experiment's settings (one for
   all ends), and `?participant=...&slot=...` behind the link. Identities given as `participant` stand beside
   the answers then.

## What this route cannot promise

The lab (`compassion run`) and the browser export (`compassion export --target static`) keep these promises;
what Builder compiles cannot:

- **Allocation.** Nobody gives out slots, nobody takes them back from drop-outs, nothing is logged. Two people
  with the same slot number get the same slot.
- **Blinding.** Who opens `slots.csv`, or a data file, sees the conditions.
- **Crash safety.** PsychoPy writes its data when the experiment ends. A crash, a killed process or a power cut
  loses the whole session; there is no going on where it stopped. In the browser the data are one file at the
  end.
- **One schema.** Columns are PsychoPy's, and differ between Python and PsychoJS. Ours among them are `screen`,
  `visit`, `trial_number`, `measure`, `answer`, `status`, `correct`, `seconds`, beside the columns of the two tables.
  Typed text stands percent-encoded in `answer` (PsychoPy does not escape quotes): `urllib.parse.unquote`
  in Python, `utils::URLdecode` in R. Columns of buttons (`..._page.numClicks`, `timesOn`) are no answers and no times.
- **The same pages.** The items of a page come one after the other, a click on an option is the answer at once,
  bold type is plain, straight quotes are typographic, a list of rows replaces the way back to a question, and
  there is no pause, no resuming, no taking an answer back and no progress bar. Leaving takes two clicks, and
  is not offered in the debriefing. The keyboard alone does not do.
- **Right-to-left languages** are refused: Builder's buttons have no direction. Chinese, Japanese and Korean need
  a font that PsychoPy finds; typing them into its text boxes does not work in the lab.
- **Times.** `seconds` runs from the first frame of a page to the frame that ended it.
- **No other host.** PsychoPy's `index.html` loads jQuery from a public address, and PsychoJS from Pavlovia.
- **Telephones.** The pages are laid out for windows at least as wide as high.

**Tested:** the experiment opens again with PsychoPy's own reader, both scripts were compiled by PsychoPy, and
the export would have failed if the JavaScript did not parse, held Python, or named a resource that is
not here. Our tests run the Python version in a window, and the JavaScript against a stub of PsychoJS, since
PsychoJS itself is on no package registry. **It was never run on Pavlovia.**

## Pilot checklist

- [ ] The consent form names your institution, approval number and contact (no text in [brackets] is left).
- [ ] Declining ends the study; being under age ends the study; leaving leads to the debriefing.
- [ ] Every text is whole on your smallest screen.
- [ ] Two different slots show two different conditions, as `slots.csv` has them.
- [ ] The data file holds one row per page, with the answers that you gave.
"""
