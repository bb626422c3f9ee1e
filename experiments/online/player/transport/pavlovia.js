/**
 * Pavlovia, through its documented endpoints; not verified against the live site.
 *
 * Rows stay in the browser and are uploaded as one CSV at the end. If the upload is refused (403: no
 * credits) or fails (502), the file is offered instead. If the page is closed before the end, the session is
 * closed, too, which releases its credit; the rows so far are sent as beacons if the project saves incomplete
 * results. A project that is not running (piloting) accepts no results: the CSV is saved on the experimenter's
 * machine, as Pavlovia's own plugins do.
 *
 * Pavlovia does not assign slots: the link names a slot or the participant's number, which its study portals
 * count up.
 */

import { newParticipant, newSession } from "../codes.js";
import { saveFile } from "../pages.js";
import { wayBackOf } from "../recruitment.js";
import { linkParameters, openedHere, slotOf } from "./serverless.js";
import { BEACON_BYTES, TransportError, fetchJson } from "./transport.js";

export class Transport {
  /** @param {object} page facts about the export */
  constructor(page) {
    this.page = page;
    this.rows = [];
    this.address = null;
    window.addEventListener("pagehide", (event) => this.onPageHide(event));
  }

  parameters() {
    return linkParameters();
  }

  async open({ recruitment, resume, language }) {
    this.recruitment = recruitment;
    const link = linkParameters();
    const slot = resume?.slot ?? slotOf(this.page, link.slot ?? this.slotOfNumber(link.participant));
    this.close(false);
    const config = await fetchJson("config.json");
    const base = `${config.pavlovia.URL}/api/v2/experiments/${config.gitlab.projectId}/sessions`;
    const body = new FormData();
    if (link.__pilotToken) body.append("pilotToken", link.__pilotToken);
    const opened = await fetchJson(base, { method: "POST", body });
    if (!opened?.token) throw new TransportError("Pavlovia did not open a session", { again: true });
    this.address = `${base}/${opened.token}`;
    this.isRunning = opened.experiment?.status2 === "RUNNING" && !link.__pilotToken;
    this.savesIncomplete = this.isRunning && Boolean(opened.experiment.saveIncompleteResults);
    this.session = resume?.session ?? newSession();
    const participant = resume?.participant ?? newParticipant();
    return openedHere(this.page, language, this.session, participant, slot, Boolean(resume));
  }

  /** The slot at a participant's number in the allocation list, which starts over after its end. */
  slotOfNumber(number) {
    const place = Number(number ?? NaN) - 1;
    const { slots } = this.page;
    return Number.isInteger(place) && place >= 0 ? slots[place % slots.length] : undefined;
  }

  /** Accept rows without sending them: they are safe in the browser's storage until the end. */
  async send(rows) {
    this.rows.push(...rows);
    return { accepted: rows.map((row) => row.sequence), known: [], rejected: [] };
  }

  /** Send the rows so far; those in a beacon that the browser refuses are sent with the next one. */
  beacon() {
    if (!this.savesIncomplete) return true;
    while (this.rows.length) {
      const part = firstRows(this.rows, BEACON_BYTES);
      const suffix = `_${part[0].sequence}-${part.at(-1).sequence}`;
      if (!navigator.sendBeacon(`${this.address}/results`, this.results(suffix, part))) return false;
      this.rows = this.rows.slice(part.length);
    }
    return true;
  }

  async note() {}

  wayBack(outcome) {
    return wayBackOf(this.page.recruitment, this.recruitment, outcome);
  }

  async finish(outcome, rows) {
    if (this.isRunning) {
      await fetchJson(`${this.address}/results`, { method: "POST", body: this.results("", rows) });
    } else {
      saveFile(this.nameOf(""), csvOf(rows));
    }
    this.rows = [];
    try {
      await fetchJson(this.address, { method: "DELETE", body: completion(true) });
      this.address = null;
    } catch (fault) {
      // The answers have arrived: participants must not wait because Pavlovia did not record the end.
      if (!fault.isTransport) throw fault;
      this.close(true);
    }
    return this.wayBack(outcome);
  }

  onPageHide({ persisted }) {
    // A page in the back/forward cache may be shown again and then still needs its session.
    if (persisted || !this.address) return;
    this.beacon();
    this.close(false);
  }

  /** Close the session with a beacon, once. */
  close(isCompleted) {
    if (this.address) navigator.sendBeacon(`${this.address}/delete`, completion(isCompleted));
    this.address = null;
  }

  results(suffix, rows) {
    const body = new FormData();
    body.append("key", this.nameOf(suffix));
    body.append("value", csvOf(rows));
    return body;
  }

  nameOf(suffix) {
    return `${this.page.study}_${this.session}${suffix}.csv`;
  }
}

function completion(isCompleted) {
  const body = new FormData();
  body.append("isCompleted", String(isCompleted));
  return body;
}

/** The first rows that fit into one beacon; always at least one. */
function firstRows(rows, maxBytes) {
  const sizes = rows.map((row) => new TextEncoder().encode(csvOf([row])).length);
  let bytes = 0;
  const end = sizes.findIndex((size, place) => (bytes += size) > maxBytes && place > 0);
  return end < 0 ? rows : rows.slice(0, end);
}

/** Rows as CSV, with objects (the column `cells`) as JSON and null as an empty field. */
export function csvOf(rows) {
  const names = Object.keys(rows[0] ?? {});
  const fieldOf = (value) => {
    const text = value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map((row) => names.map((name) => fieldOf(row[name])).join(","));
  return [names.join(","), ...lines].join("\r\n") + "\r\n";
}
