"""The collector: serves one export of a study, gives out slots, and keeps the rows that come back.

The export folder holds ``index.html`` with its scripts, styles and media, which everybody may
fetch, and what only the collector reads: ``study.json`` (see ``export.py``) and the timelines in
``slots/0001.json`` ... (``slots/0001.he.json`` ... for each further language).

What the page and the collector say to each other, all of it JSON over one origin:

========================  =================================================  =======================
request                   body                                               answer
========================  =================================================  =======================
POST /api/sessions        recruitment {source, id, further parameters of     201, see below;
                          the link} (or null), resume (a token, or null),    200 {"preview": true}
                          language (or null)                                 for an MTurk preview
POST /api/rows            rows [row, ...] (at most 500; all of ``NAMES``)    accepted [sequence, ...],
                                                                             known [sequence, ...],
                                                                             rejected [{sequence,
                                                                             reason}, ...]
POST /api/drafts          drafts {...}: any object; replaces the last        kept true
POST /api/events          events [{event, time, detail}, ...]                accepted (a number),
                                                                             rejected [{event,
                                                                             reason}, ...]
POST /api/finish          outcome: complete, declined, ineligible, left      redirect (or null), form
                                                                             (or null), confirmed,
                                                                             missing [sequence, ...]
POST /api/beacon          token and any of rows, drafts, events; at most     as for rows
                          64 kB; any content type
========================  =================================================  =======================

All but sessions and beacon need ``Authorization: Bearer TOKEN``. An opened session says: ``session``,
``participant``, ``token``, ``slot``, ``timeline``, ``next_sequence``, ``rows`` (those already kept, in
order), ``drafts``, ``surplus``, ``outcome``, ``redirect``, ``form`` and ``state``, which is one of

- ``new``: the slot has just been drawn;
- ``running``: the participant is back, and goes on;
- ``away``: back after more than ``away_hours``; ask before going on;
- ``finished``: nothing more to do; ``redirect`` (or ``form``, ``{action, fields}`` to be posted by the
  browser, as MTurk wants it) leads back to where the participant came from.

``known`` rows were kept before, by this page or another; the page drops them from its queue as it does
``accepted`` ones. ``rejected`` rows are never taken as data, but are put aside with their reason; sending
them again is of no use. ``confirmed`` is false where the kept rows do not reach the outcome yet;
``missing`` are the gaps in their sequence: send those rows, and finish again.

Every error is ``{"error": what is wrong, "remedy": what to do}``: 400 not JSON, 401 no such token (or its
participant has withdrawn), 404, 409 no slot is free, 413 too large, 422 JSON of another shape, 429 too fast
(``Retry-After``), 503 the database does not answer, 507 nothing can be written. After 429, 503 and 507 the
page keeps its queue and tries again later: an answer of 200 comes only after the rows are on disk.
"""

from experiments.online.collector.backup import back_up
from experiments.online.collector.credentials import hash_password, read_password
from experiments.online.collector.database import migrate
from experiments.online.collector.deleting import delete_from
from experiments.online.collector.export import read_export
from experiments.online.collector.give import give, payments
from experiments.online.collector.refusal import DatabaseError
from experiments.online.collector.serve import ServeError, database_beside, serve

__all__ = [
    "DatabaseError",
    "ServeError",
    "back_up",
    "database_beside",
    "delete_from",
    "give",
    "hash_password",
    "migrate",
    "payments",
    "read_export",
    "read_password",
    "serve",
]
