/**
 * No server: the answers stay in this browser, and are offered as a file at the end.
 *
 * For trying a study out, and for rooms without a network. The link names the slot: `index.html?slot=3`.
 */

import { linesOf } from "../parting.js";
import { saveFile } from "../pages.js";
import { fetchTimeline, linkParameters, newCode, slotOf } from "./serverless.js";

export class Download {
  /** @param {object} page the facts of the export */
  constructor(page) {
    this.page = page;
  }

  parameters() {
    return linkParameters();
  }

  async open({ resume, language }) {
    const slot = resume?.slot ?? slotOf(this.page, linkParameters().slot);
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
    };
  }

  /** The rows are safe in the browser's storage, from which the file is made. */
  async send(rows) {
    return { accepted: rows.map((row) => row.sequence), known: [], rejected: [] };
  }

  beacon() {
    return true;
  }

  async draft() {}

  async note() {}

  async finish(outcome, rows) {
    saveFile(`${this.page.study}_${this.session}.jsonl`, linesOf(rows));
    return { redirect: null, form: null };
  }
}
