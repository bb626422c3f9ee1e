"""The collector: a server that serves one export of a study, allocates slots, and stores the rows that pages send.

The export folder contains ``index.html`` with its scripts, styles and media, which anyone may download, and files
that only the collector reads: ``study.json`` (see ``export.py``) and the timelines in
``slots/0001.json`` ... (``slots/0001.he.json`` ... for each further language).

The page's requests and the collector's responses, all in JSON and on one origin:

========================  =================================================  =======================
request                   body                                               response
========================  =================================================  =======================
POST /api/sessions        recruitment {source, id, other parameters of       201, see below;
                          the link} (or null), resume (a token, or null),    200 {"preview": true}
                          language (or null)                                 for an MTurk preview
POST /api/rows            rows [row, ...] (at most 500; all of ``NAMES``)    accepted [sequence, ...],
                                                                             known [sequence, ...],
                                                                             rejected [{sequence,
                                                                             reason}, ...]
POST /api/drafts          drafts {...}: any object; replaces the previous    kept true
                          drafts
POST /api/events          events [{event, time, detail}, ...]                accepted (a number),
                                                                             rejected [{event,
                                                                             reason}, ...]
POST /api/finish          outcome: complete, declined, ineligible, left      redirect (or null), form
                                                                             (or null), confirmed,
                                                                             missing [sequence, ...]
POST /api/beacon          token, and any of rows, drafts, events; at most    as for rows
                          64 kB; any content type
========================  =================================================  =======================

All except sessions and beacon need ``Authorization: Bearer TOKEN``. The response for an opened session has ``session``,
``participant``, ``token``, ``slot``, ``timeline``, ``next_sequence``, ``rows`` (the rows stored so far, in
order), ``drafts``, ``surplus``, ``outcome``, ``redirect``, ``form`` and ``state``, which is one of

- ``new``: the slot has just been allocated; it is 0 in studies with answered factors, in which the timeline ends with the
  question that decides the group: open the session again when its rows are stored, and it has a slot (or 409: full);
- ``running``: the participant has returned, and the session continues;
- ``away``: the participant has returned after more than ``away_hours``; ask before continuing;
- ``finished``: nothing is left to do; ``redirect`` (or ``form``, ``{action, fields}``, which the browser posts, as
  MTurk requires) leads back to the recruitment platform.

``known`` rows were already stored; the page removes them from its queue, like ``accepted`` ones. ``rejected``
rows are not part of the data, but are stored separately with the reason; there is no point in sending them again.
``confirmed`` is false as long as the stored rows do not lead to the outcome; ``missing`` lists the gaps in their
sequence: send these rows, then finish again.

Every error is ``{"error": fault, "remedy": remedy}``: 400 not JSON, 401 unknown token (or its participant has
withdrawn), 404 not found, 409 no slot is free, 413 too large, 422 JSON of the wrong shape, 429 too many requests
(``Retry-After``), 503 the database does not respond, 507 nothing can be written. After 429, 503 and 507 the page
keeps its queue and tries again later: a 200 is sent only after the rows have been saved.
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
