/**
 * The queue: rows on their way to the server.
 *
 * The rows of each screen are first written to the browser's storage, and then sent until the
 * server has acknowledged each `(session, sequence)`. Sending a row twice is harmless: the server keeps
 * the first copy. Rows that the server rejects are kept for the file that is offered at the end.
 */

import { BEACON_BYTES } from "./transport/transport.js";

const MAX_ROWS = 200;
/** Half of what the collector accepts at once, since other software may write the same JSON at greater length. */
const MAX_BYTES = 500_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

export class Queue {
  /**
   * @param {import("./store.js").Store} store of this session
   * @param {object} transport see `transport/transport.js`
   * @param {(state: "sent"|"waiting"|"refused") => void} report
   */
  constructor(store, transport, report) {
    this.store = store;
    this.transport = transport;
    this.report = report;
    /** Rows that have not been acknowledged yet: a list for each screen, in order. */
    this.waiting = [];
    /** Rows of screens for which the browser's storage had no space; they are only in memory. */
    this.unstored = [];
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.sending = null;
    this.closed = false;
    const sent = new Set(this.store.get("sent") ?? []);
    for (const rows of this.store.all("rows:")) {
      if (rows.some((row) => !sent.has(row.sequence))) this.waiting.push(rows);
    }
    this.sent = sent;
  }

  /** All rows of this session that this browser has, in order. */
  rows() {
    return this.screens().flat();
  }

  /** The rows of each answered screen, in order. */
  screens() {
    const all = [...this.store.all("rows:"), ...this.unstored];
    return all.sort((one, other) => one[0].sequence - other[0].sequence);
  }

  /**
   * Add the rows of one answered screen.
   *
   * @param {object[]} rows
   * @returns {boolean} whether the browser's storage has them (otherwise they are only in memory)
   */
  add(rows) {
    this.waiting.push(rows);
    const isStored = this.store.set(nameOfEntry(rows), rows);
    if (!isStored) this.unstored.push(rows);
    void this.flush();
    return isStored;
  }

  /**
   * Send all waiting rows. A call while rows are being sent returns the same promise.
   *
   * @returns {Promise<boolean>} whether no rows are left waiting
   */
  flush() {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async sendAll() {
    clearTimeout(this.timer);
    while (this.waiting.length && !this.closed) {
      const screens = firstScreens(this.waiting, MAX_ROWS, MAX_BYTES);
      try {
        this.markAsSent(screens, await this.transport.send(screens.flat()));
      } catch (fault) {
        if (!fault.isTransport) throw fault;
        if (fault.again) this.tryLater();
        this.report(fault.again ? "waiting" : "refused");
        return false;
      }
      this.wait = FIRST_WAIT;
    }
    this.report("sent");
    return this.waiting.length === 0;
  }

  markAsSent(screens, reply) {
    const rejected = reply.rejected.map((refusal) => refusal.sequence);
    for (const sequence of [...reply.accepted, ...reply.known, ...rejected]) this.sent.add(sequence);
    const remaining = screens.filter((rows) => rows.some((row) => !this.sent.has(row.sequence)));
    if (remaining.length === screens.length) {
      throw Object.assign(new Error("the server acknowledged none of the rows sent"), {
        isTransport: true,
        again: true,
      });
    }
    this.waiting = this.waiting.filter((rows) => !screens.includes(rows) || remaining.includes(rows));
    this.store.set("sent", [...this.sent]);
  }

  tryLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), this.wait);
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
  }

  /** Hand all waiting rows to the browser, which sends them after the page has been closed. */
  beacon() {
    let rest = [...this.waiting];
    while (rest.length) {
      const screens = firstScreens(rest, MAX_ROWS, BEACON_BYTES);
      if (!this.transport.beacon({ rows: screens.flat() })) return;
      rest = rest.slice(screens.length);
    }
  }

  /**
   * Put rows that the server does not have back into the queue.
   *
   * @param {number[]} sequences
   * @returns {boolean} whether this browser has any of them
   */
  sendAgain(sequences) {
    const missing = this.screens().filter((rows) =>
      rows.some((row) => sequences.includes(row.sequence)),
    );
    for (const row of missing.flat()) this.sent.delete(row.sequence);
    this.waiting.push(...missing);
    return missing.length > 0;
  }

  /** Remove the session's answers from this browser, once it is over and all rows have arrived. */
  forget() {
    for (const rows of this.store.all("rows:")) this.store.remove(nameOfEntry(rows));
    for (const name of ["sent", "drafts", "seen", "holder"]) this.store.remove(name);
    this.unstored = [];
    this.store.set("finished", true);
  }

  /** Stop sending, because another window has taken over the session. */
  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}

function nameOfEntry(rows) {
  return `rows:${String(rows[0].sequence).padStart(6, "0")}`;
}

/** The first screens that fit into one request; at least one, and always whole screens. */
function firstScreens(screens, maxRows, maxBytes) {
  let count = 0;
  let rows = 0;
  let bytes = 0;
  for (const each of screens) {
    rows += each.length;
    bytes += new TextEncoder().encode(JSON.stringify(each)).length;
    if (count && (rows > maxRows || bytes > maxBytes)) break;
    count += 1;
  }
  return screens.slice(0, count);
}
