/**
 * The session in this browser, new or resumed, at the right screen and with its answers so far.
 */

import { SessionRun } from "./session_run.js";

/** Name under which a link's session is stored in the browser: study, participant, slot. */
export function nameOf(page, arrival, slot = "") {
  const parts = [page.study, page.mode, page.protocol_hash, arrival.source, arrival.id ?? "", slot];
  return ["compassion", ...parts.map((part) => encodeURIComponent(part))].join(":");
}

/**
 * Restore the state of a session from its rows.
 *
 * Rows come from the server and from this browser, which may have some that never arrived. Only whole
 * screens count: a screen of which some rows are missing is shown again, with those answers in place.
 *
 * @param {object} timeline
 * @param {import("./session_run.js").Participant} person
 * @param {object[]} serverRows
 * @param {object[]} localRows
 * @param {number} nextSequence
 * @returns {{progress: SessionRun, partial: Object<string, string|number|null>}} `partial`: answers of the
 *   screen that is to be shown again
 */
export function takeUp(timeline, person, serverRows, localRows, nextSequence = 0) {
  const known = new Map([...localRows, ...serverRows].map((row) => [row.sequence, row]));
  const rows = [];
  while (known.has(rows.length)) rows.push(known.get(rows.length));
  const progress = new SessionRun(timeline, person);
  const partial = {};
  for (const screen of byShowing(rows)) {
    const at = progress.current();
    const isWhole = screen[0].status === "left" || screen.length === Math.max(1, at?.asks.length ?? 1);
    if (isWhole) progress.replay(screen);
    else for (const row of screen) partial[row.measure] = row.number ?? row.value;
  }
  const next = Math.max(nextSequence, 0, ...[...known.keys()].map((sequence) => sequence + 1));
  // Rows beyond a gap are kept already and their numbers are taken: new rows come after them.
  if (rows.length < next) progress.sequence = next;
  return { progress, partial };
}

function byShowing(rows) {
  const showings = [];
  for (const row of rows) {
    const last = showings.at(-1)?.[0];
    if (last && last.screen === row.screen && last.visit === row.visit) showings.at(-1).push(row);
    else showings.push([row]);
  }
  return showings;
}

/** The drafts that belong to the screen the session is at; empty if they are of another one. */
export function draftsFor(progress, drafts, partial) {
  const isHere = drafts && drafts.screen === progress.at?.id && drafts.visit === progress.visit;
  return { ...partial, ...(isHere ? drafts.answers : {}) };
}
