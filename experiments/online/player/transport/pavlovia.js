/**
 * Pavlovia, on its documented endpoints; not verified against the live site.
 *
 * Rows stay in the browser and are uploaded as one CSV at the end, and as a beacon when the page goes
 * away before. If the upload is refused (403: no credits) or fails (502), the file is offered instead.
 * Pavlovia gives out no slots: the link names one, or the participant's number, which its study portals
 * count up.
 */

import { partingOf } from "../recruitment.js";
import { fetchTimeline, linkParameters, newCode, slotOf } from "./serverless.js";
import { fetchJson } from "./transport.js";

export class Pavlovia {
  /** @param {object} page the facts of the export */
  constructor(page) {
    this.page = page;
    this.rows = [];
  }

  parameters() {
    return linkParameters();
  }

  async open({ recruitment, resume, language }) {
    this.recruitment = recruitment;
    const link = linkParameters();
    const slot = resume?.slot ?? slotOf(this.page, link.slot ?? this.slotOfNumber(link.participant));
    const config = await fetchJson("config.json");
    const base = `${config.pavlovia.URL}/api/v2/experiments/${config.gitlab.projectId}/sessions`;
    const body = new FormData();
    if (link.__pilotToken) body.append("pilotToken", link.__pilotToken);
    const opened = await fetchJson(base, { method: "POST", body });
    this.address = `${base}/${opened.token}`;
    this.session = resume?.session ?? newCode();
    return {
      session: this.session,
      participant: resume?.participant ?? newCode(),
      slot,
      token: null,
      timeline: await fetchTimeline(this.page, slot, language),
      rows: [],
      next_sequence: 0,
      drafts: null,
      state: resume ? "running" : "new",
      redirect: null,
      form: null,
    };
  }

  /** The place in the allocation list of a participant's number; the list begins anew after its end. */
  slotOfNumber(number) {
    const place = Number(number ?? NaN) - 1;
    const { slots } = this.page;
    return Number.isInteger(place) && place >= 0 ? slots[place % slots.length] : undefined;
  }

  /** Rows are safe in the browser's storage until the end. */
  async send(rows) {
    this.rows.push(...rows);
    return { accepted: rows.map((row) => row.sequence), known: [], rejected: [] };
  }

  beacon() {
    if (!this.address || !this.rows.length) return false;
    const part = `${this.rows[0].sequence}-${this.rows.at(-1).sequence}`;
    const isTaken = navigator.sendBeacon(`${this.address}/results`, this.results(`_${part}`, this.rows));
    if (isTaken) this.rows = [];
    return isTaken;
  }

  async draft() {}

  async note() {}

  async finish(outcome, rows) {
    await fetchJson(`${this.address}/results`, { method: "POST", body: this.results("", rows) });
    const body = new FormData();
    body.append("isCompleted", "true");
    await fetchJson(this.address, { method: "DELETE", body });
    this.rows = [];
    return partingOf(this.page.recruitment, this.recruitment, outcome);
  }

  results(suffix, rows) {
    const body = new FormData();
    body.append("key", `${this.page.study}_${this.session}${suffix}.csv`);
    body.append("value", csvOf(rows));
    return body;
  }
}

/** Rows as CSV; cells as JSON, empty where there is nothing. */
export function csvOf(rows) {
  const names = Object.keys(rows[0] ?? {});
  const written = (value) => {
    const text = value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map((row) => names.map((name) => written(row[name])).join(","));
  return [names.join(","), ...lines].join("\r\n") + "\r\n";
}
