/**
 * What every transport is and does. A transport carries rows from the browser to wherever they are
 * collected; the page of an export holds that of its target, the class `Transport` of the file of the same name.
 *
 * A transport has these methods; all but `parameters`, `beacon` and `wayBack` return promises and reject with `TransportFault`:
 *
 * - `parameters()` -> the parameters of the link that the participant followed
 * - `open({recruitment, resume, language})` -> `Opened`; `resume` is what was kept of the last `Opened`
 * - `send(rows)` -> `{accepted: [sequence], known: [sequence], rejected: [{sequence, reason}]}`
 * - `beacon({rows?, drafts?, events?})` -> whether the browser took it; for a page that is going away
 * - `note(events)`: `{event, time, detail}`, what happened and is no answer (a pause, a hidden page)
 * - `reached(outcome)`, optional: the last screen shows, whether or not the participant goes on from it
 * - `finish(outcome, rows)` -> `WayBack`; `rows` are all rows this browser has of the session
 * - `wayBack(outcome)`, optional, at once: the `WayBack` of somebody who has saved what could not be sent
 *
 * @typedef {{redirect: string|null, form: {action: string, fields: object}|null,
 *   missing?: number[]}} WayBack where the participant goes back to
 * @typedef {{preview?: boolean, session: string, participant: string, slot: number,
 *   token: string|null, timeline: object, rows: object[], next_sequence: number,
 *   drafts: object|null, state: "new"|"running"|"away"|"finished"} & WayBack} Opened
 */

/** Why something could not be sent. */
export class TransportFault extends Error {
  /**
   * @param {string} message
   * @param {{again?: boolean, status?: number, wayBack?: WayBack|null}} why
   */
  constructor(message, { again = false, status = 0, wayBack = null } = {}) {
    super(message);
    this.isTransport = true;
    /** Trying again later may help: no network, or a server that is busy or in trouble. */
    this.again = again;
    /** No slot is free; `wayBack` leads back then. */
    this.isFull = status === 409;
    this.wayBack = wayBack;
  }
}

/** Browsers refuse beacons of 64 kB (2^16 bytes) in flight; the rest is for the envelope. */
export const BEACON_BYTES = 55_000;
const REPLY_PATIENCE = 20_000;

/**
 * Fetch JSON, or reject with a `TransportFault` that states whether trying again may help.
 *
 * @param {string} address
 * @param {RequestInit} request
 */
export async function fetchJson(address, request = {}) {
  let reply, text;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), REPLY_PATIENCE);
  try {
    reply = await fetch(address, { signal: stop.signal, ...request });
    text = await reply.text();
  } catch (fault) {
    throw new TransportFault(`${address} could not be reached (${fault.message})`, { again: true });
  } finally {
    clearTimeout(timer);
  }
  const body = parsed(text);
  if (reply.ok && body !== undefined) return body;
  const again = reply.status >= 500 || reply.status === 429 || reply.status === 408 || reply.ok;
  throw new TransportFault(body?.error ?? `${address} answered ${reply.status}`, {
    again,
    status: reply.status,
    wayBack: body?.redirect || body?.form ? body : null,
  });
}

function parsed(text) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's error page, or a host that answers every path with a page: not JSON, as described above.
    return undefined;
  }
}
