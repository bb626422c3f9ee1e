/**
 * JATOS 3.9 or newer, whose server provides `jatos.js` next to the page.
 *
 * Rows are appended as JSON lines; appending is not idempotent, so every row has its `sequence`, and at the end
 * one complete text replaces them all. Slots are taken in the batch session by version-checked patches and never
 * become free automatically; researchers can see there which study run has which slot.
 * Tested against a stub written from JATOS's protocol, not on a JATOS server.
 */

import { newParticipant } from "../codes.js";
import { linesOf } from "../ending.js";
import { wayBackOf } from "../recruitment.js";
import { openedHere } from "./serverless.js";
import { TransportError } from "./transport.js";

const SLOTS_PATH = "/compassion_slots";
const MAX_TRIES = 40;

export class Transport {
  /** @param {object} page facts about the export */
  constructor(page) {
    this.page = page;
    this.notes = [];
    if (!globalThis.jatos) throw new Error("jatos.js could not be loaded; open the study by its link in JATOS");
    this.loaded = new Promise((resolve) => globalThis.jatos.onLoad(resolve));
  }

  async parameters() {
    await this.loaded;
    return globalThis.jatos.urlQueryParameters;
  }

  async open({ recruitment, resume, language }) {
    const { jatos } = globalThis;
    this.recruitment = recruitment;
    const before = jatos.studySessionData?.compassion;
    const slot = before?.slot ?? (await this.takeSlot());
    // If this browser does not have the rows, the study begins again, as another session with the same slot.
    this.hasAllRows = !before || resume?.session === before.session;
    const attempt = (before?.attempt ?? 0) + (this.hasAllRows && before ? 0 : 1);
    const session = `jatos-${jatos.studyResultId}-${attempt}`;
    const participant = before?.participant ?? newParticipant();
    this.session = session;
    const compassion = { slot, session, participant, attempt };
    await done(jatos.setStudySessionData({ ...jatos.studySessionData, compassion }));
    return openedHere(this.page, language, session, participant, slot, Boolean(before));
  }

  /** Take the first free slot; if another participant's patch makes ours fail, look again. */
  async takeSlot() {
    const { jatos } = globalThis;
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const taken = jatos.batchSession.find(SLOTS_PATH);
      // The slot is ours already if the reply to our patch was lost, or if JATOS did not store the session data after it.
      const ours = this.page.slots.find((each) => taken?.[each]?.study_result === jatos.studyResultId);
      if (ours !== undefined) return ours;
      const slot = this.page.slots.find((each) => taken?.[each] === undefined);
      if (slot === undefined) throw this.full();
      const entry = { study_result: jatos.studyResultId, time: new Date().toISOString() };
      try {
        await (taken
          ? jatos.batchSession.add(`${SLOTS_PATH}/${slot}`, entry)
          : jatos.batchSession.add(SLOTS_PATH, { [slot]: entry }));
        return slot;
      } catch {
        // JATOS gives no reason; waiting lets other participants' changes arrive.
        await new Promise((resolve) => setTimeout(resolve, 50 * tries));
      }
    }
    throw new TransportError("JATOS did not assign a slot", { again: true });
  }

  full() {
    const wayBack = wayBackOf(this.page.recruitment, this.recruitment, "full");
    const hasAddress = wayBack.redirect || wayBack.form;
    return new TransportError("no slot is free", { status: 409, wayBack: hasAddress ? wayBack : null });
  }

  async send(rows) {
    await done(globalThis.jatos.appendResultData(linesOf(rows)));
    return { accepted: rows.map((row) => row.sequence), known: [], rejected: [] };
  }

  /** jatos.js has no beacon; waiting rows stay in the browser's storage and are sent when the participant returns. */
  beacon() {
    return false;
  }

  async note(events) {
    // JATOS exports the results of many participants as one text, so each line names its session.
    const lines = events.map((event) => ({ session: this.session, ...event }));
    const isNew = (line) => !this.notes.some((note) => note.event === line.event && note.time === line.time);
    this.notes.push(...lines.filter(isNew));
    await done(globalThis.jatos.appendResultData(linesOf(lines)));
  }

  wayBack(outcome) {
    return wayBackOf(this.page.recruitment, this.recruitment, outcome);
  }

  async finish(outcome, rows) {
    const { jatos } = globalThis;
    const isGapless = rows.every((row, place) => row.sequence === place);
    if (this.hasAllRows && isGapless) await done(jatos.submitResultData(linesOf([...rows, ...this.notes])));
    const wayBack = this.wayBack(outcome);
    const hasAddress = wayBack.redirect || wayBack.form;
    try {
      // If we have no address, JATOS shows its own end page or redirects to the address that is set there.
      await (hasAddress ? jatos.endStudyWithoutRedirect(true, outcome) : jatos.endStudy(true, outcome));
    } catch {
      // The answers have arrived, and jatos.js ends a study only once, so trying again is pointless: participants
      // must not miss their credit because JATOS did not record the end.
    }
    return wayBack;
  }
}

async function done(promise) {
  try {
    return await promise;
  } catch (reason) {
    throw new TransportError(`JATOS refused a request (${reason ?? "no reason given"})`, { again: true });
  }
}
