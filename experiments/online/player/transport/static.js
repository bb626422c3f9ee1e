/** Our own collector; its server side and its interface are in `experiments/online/collector`. */

import { linkParameters } from "./serverless.js";
import { TransportError, fetchJson } from "./transport.js";

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

  /** Finish the session as soon as the last screen is shown. */
  reached(outcome) {
    return this.finish(outcome);
  }

  finish(outcome) {
    return this.post("finish", { outcome });
  }

  beacon(content) {
    if (!this.token) return false;
    const body = JSON.stringify({ token: this.token, ...content });
    // Plain text spares the beacon a preflight request, which a page that is being closed could not wait for.
    return navigator.sendBeacon(this.base + "beacon", new Blob([body], { type: "text/plain" }));
  }

  async post(endpoint, body) {
    const headers = { "Content-Type": "application/json" };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const request = { method: "POST", headers, body: JSON.stringify(body) };
    const reply = await fetchJson(this.base + endpoint, request);
    if (reply === null) {
      throw new TransportError(`the collector sent an empty reply to '${endpoint}'`, { again: true });
    }
    return reply;
  }
}
