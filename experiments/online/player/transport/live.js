/** The live preview: the timeline comes from the program that watches the study file, and nothing is collected. */

import { newParticipant, newSession } from "../codes.js";
import { linkParameters } from "./serverless.js";
import { fetchJson } from "./transport.js";

const NOWHERE = { redirect: null, form: null };

export class Transport {
  constructor() {
    // Each visit is a new one: nothing of an earlier visit is continued.
    window.localStorage.clear();
  }

  async parameters() {
    const { language, ...others } = linkParameters();
    return { ...others, lang: language };
  }

  async open() {
    const timeline = await fetchJson(`timeline${window.location.search}`);
    const [session, participant] = [newSession(), newParticipant()];
    const kept = { token: null, rows: [], next_sequence: 0, drafts: null, state: "new" };
    return { session, participant, slot: timeline.slot, timeline, ...kept, ...NOWHERE };
  }

  async send(rows) {
    return { accepted: rows.map((row) => row.sequence), known: [], rejected: [] };
  }

  async note() {}

  beacon() {
    return true;
  }

  async finish() {
    return NOWHERE;
  }
}
