/**
 * The interface of all transports. A transport sends rows from the browser to the place where they are collected.
 * Each target has its own, the class `Transport` in the file named after the target; an export contains only that one.
 *
 * A transport has these methods; all but `parameters`, `beacon` and `wayBack` return promises and reject with
 * `TransportError`:
 *
 * - `parameters()` -> the parameters of the link that the participant followed
 * - `open({recruitment, resume, language})` -> `Opened`; `resume` is what the browser kept of the last `Opened`
 * - `send(rows)` -> `{accepted: [sequence], known: [sequence], rejected: [{sequence, reason}]}`
 * - `beacon({rows?, drafts?, events?})` -> whether the browser accepted it; for a page that is being closed
 * - `note(events)`: records events other than answers (a pause, a hidden page), each as `{event, time, detail}`
 * - `reached(outcome)`, optional: called when the last screen is shown, whether or not the participant continues from it
 * - `finish(outcome, rows)` -> `WayBack`; `rows` are all rows of the session that this browser has
 * - `wayBack(outcome)`, optional, synchronous: the `WayBack` for a participant who has saved the answers that could not
 *   be sent
 *
 * @typedef {{redirect: string|null, form: {action: string, fields: object}|null,
 *   missing?: number[]}} WayBack where the participant is sent back to
 * @typedef {{preview?: boolean, session: string, participant: string, slot: number,
 *   token: string|null, timeline: object, rows: object[], next_sequence: number,
 *   drafts: object|null, state: "new"|"running"|"away"|"finished"} & WayBack} Opened
 */

/** The reason why a transport could not do something. */
export class TransportError extends Error {
  /**
   * @param {string} message
   * @param {{again?: boolean, status?: number, wayBack?: WayBack|null}} why
   */
  constructor(message, { again = false, status = 0, wayBack = null } = {}) {
    super(message);
    this.isTransport = true;
    /** Trying again later may help: no network, or a server that is busy or in trouble. */
    this.again = again;
    /** No slot is free; the participant is then sent back by `wayBack`. */
    this.isFull = status === 409;
    this.wayBack = wayBack;
  }
}

/** Browsers refuse more than 64 kB (2^16 bytes) of pending beacons; the difference leaves room for the envelope. */
export const BEACON_BYTES = 55_000;
const REPLY_TIMEOUT = 20_000;

/**
 * Fetch JSON, or reject with a `TransportError` that states whether trying again may help.
 *
 * @param {string} address
 * @param {RequestInit} request
 */
export async function fetchJson(address, request = {}) {
  let reply, text;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), REPLY_TIMEOUT);
  try {
    reply = await fetch(address, { signal: stop.signal, ...request });
    text = await reply.text();
  } catch (fault) {
    throw new TransportError(`${address} could not be reached (${fault.message})`, { again: true });
  } finally {
    clearTimeout(timer);
  }
  const body = parsed(text);
  if (reply.ok && body !== undefined) return body;
  const again = reply.status >= 500 || reply.status === 429 || reply.status === 408 || reply.ok;
  throw new TransportError(body?.error ?? `${address} replied with status ${reply.status}`, {
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
    // Not JSON: a proxy's error page, or a host that answers every path with a page.
    return undefined;
  }
}
