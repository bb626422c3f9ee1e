/** Our own collector; the server's side and the words of the exchange are in `experiments/online/collector`. */

import { linkParameters } from "./serverless.js";
import { TransportFault, fetchJson } from "./transport.js";

export class Transport {
  constructor() {
    this.base = new URL("api/", document.baseURI).href;
    this.token = null;
  }

  parameters() {
    return linkParameters();
  }

  async open({ recruitment, resume, language }) {
    const opened = await this.post("sessions", { recruitment, resume: resume?.token ?? null, language });
    this.token = opened.token ?? null;
    return opened;
  }

  send(rows) {
    return this.post("rows", { rows });
  }

  note(events) {
    return this.post("events", { events });
  }

  /** The last screen shows. */
  reached(outcome) {
    return this.finish(outcome);
  }

  finish(outcome) {
    return this.post("finish", { outcome });
  }

  beacon(what) {
    if (!this.token) return false;
    const body = JSON.stringify({ token: this.token, ...what });
    // Plain text keeps the beacon free of a preflight, which a page that goes away could not await.
    return navigator.sendBeacon(this.base + "beacon", new Blob([body], { type: "text/plain" }));
  }

  async post(what, body) {
    const headers = { "Content-Type": "application/json" };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const request = { method: "POST", headers, body: JSON.stringify(body) };
    const reply = await fetchJson(this.base + what, request);
    if (reply === null) {
      throw new TransportFault(`the collector sent an empty answer to '${what}'`, { again: true });
    }
    return reply;
  }
}
