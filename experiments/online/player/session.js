/**
 * Resuming a session in this browser: the screen at which it continues, and the answers so far.
 */

import { askedIn, now, rowsOn, SessionRun } from "./session_run.js";

/** Name under which the browser stores the session that a link opened: study, participant, slot. */
export function nameOf(page, arrival, slot = "") {
  const parts = [page.study, page.mode, page.protocol_hash, arrival.source, arrival.id ?? "", slot];
  return ["compassion", ...parts.map((part) => encodeURIComponent(part))].join(":");
}

/**
 * Restore the state of a session from its rows.
 *
 * Rows come from the server and from this browser, which may have rows that never reached the server. Only
 * complete screens count: a screen with missing rows is shown again, with the known answers filled in.
 *
 * @param {object} timeline
 * @param {import("./session_run.js").SessionIdentity} identity
 * @param {object[]} serverRows
 * @param {object[]} localRows
 * @param {number} nextSequence
 * @param {Object<string, string|number|null>} kept answers that stay on this device
 * @returns {{progress: SessionRun, partial: Object<string, string|number|null>}} `partial`: known
 *   answers to the screen that is shown again
 */
export function takeUp(timeline, identity, serverRows, localRows, nextSequence = 0, kept = {}) {
  const known = new Map([...localRows, ...serverRows].map((row) => [row.sequence, row]));
  const rows = [];
  while (known.has(rows.length)) rows.push(known.get(rows.length));
  const progress = new SessionRun(timeline, identity, now, kept);
  const partial = {};
  for (const screen of byVisit(rows)) {
    const at = progress.current();
    const isComplete = screen[0].status === "left" || screen.length === (at ? rowsOn(at) : 1);
    if (isComplete) progress.replay(screen);
    else for (const row of screen.filter(hasAnswer)) partial[askedIn(row)] = progress.answerOf(row);
  }
  const next = Math.max(nextSequence, 0, ...[...known.keys()].map((sequence) => sequence + 1));
  // Rows after a gap are already stored, so their sequence numbers are in use: new rows are numbered after them.
  if (rows.length < next) progress.sequence = next;
  return { progress, partial };
}

/** Whether a row has an answer, or says that there is none; who went back had not answered yet. */
function hasAnswer({ status, value }) {
  return status !== "back" || value !== null;
}

function byVisit(rows) {
  const visits = [];
  for (const row of rows) {
    const last = visits.at(-1)?.[0];
    if (last && last.screen === row.screen && last.visit === row.visit) visits.at(-1).push(row);
    else visits.push([row]);
  }
  return visits;
}

/** Answers to fill in on the current screen: the partial ones and, if they belong to this screen, the drafts. */
export function draftsFor(progress, drafts, partial) {
  const isHere = drafts && drafts.screen === progress.at?.id && drafts.visit === progress.visit;
  return { ...partial, ...(isHere ? drafts.answers : {}) };
}
