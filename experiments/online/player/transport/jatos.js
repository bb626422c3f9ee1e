/**
 * JATOS 3.9 or newer: its server puts `jatos.js` beside the page.
 *
 * Rows are appended as JSON lines; appending is not idempotent, so every row has its `sequence`, and the
 * end replaces all by one full text. Slots are taken in the batch session by version-checked patches,
 * which never return by themselves: who has which is there for the researcher to see.
 * Tested against a stub written from JATOS's protocol, not on a JATOS server.
 */

import { linesOf } from "../ending.js";
import { wayBackOf } from "../recruitment.js";
import { newCode, openedHere } from "./serverless.js";
import { TransportFault } from "./transport.js";

const PLACE = "/compassion_slots";
const MOST_TRIES = 40;

export class Transport {
  /** @param {object} page the facts of the export */
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
    // Without the rows in this browser the study begins again, as another session of the same slot.
    this.isWhole = !before || resume?.session === before.session;
    const attempt = (before?.attempt ?? 0) + (this.isWhole && before ? 0 : 1);
    const session = `jatos-${jatos.studyResultId}-${attempt}`;
    const participant = before?.participant ?? newCode();
    this.session = session;
    const compassion = { slot, session, participant, attempt };
    await done(jatos.setStudySessionData({ ...jatos.studySessionData, compassion }));
    return openedHere(this.page, language, session, participant, slot, Boolean(before));
  }

  /** Take the first free slot; another participant's patch in between makes ours fail, and we look again. */
  async takeSlot() {
    const { jatos } = globalThis;
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const taken = jatos.batchSession.find(PLACE);
      // A patch whose answer was lost, or after which JATOS did not keep the session, has been ours already.
      const ours = this.page.slots.find((each) => taken?.[each]?.study_result === jatos.studyResultId);
      if (ours !== undefined) return ours;
      const slot = this.page.slots.find((each) => taken?.[each] === undefined);
      if (slot === undefined) throw this.full();
      const entry = { study_result: jatos.studyResultId, time: new Date().toISOString() };
      try {
        await (taken
          ? jatos.batchSession.add(`${PLACE}/${slot}`, entry)
          : jatos.batchSession.add(PLACE, { [slot]: entry }));
        return slot;
      } catch {
        // JATOS gives no reason; waiting lets other participants' changes arrive.
        await new Promise((resolve) => setTimeout(resolve, 50 * tries));
      }
    }
    throw new TransportFault("JATOS did not assign a slot", { again: true });
  }

  full() {
    const wayBack = wayBackOf(this.page.recruitment, this.recruitment, "full");
    const leadsBack = wayBack.redirect || wayBack.form;
    return new TransportFault("no slot is free", { status: 409, wayBack: leadsBack ? wayBack : null });
  }

  async send(rows) {
    await done(globalThis.jatos.appendResultData(linesOf(rows)));
    return { accepted: rows.map((row) => row.sequence), known: [], rejected: [] };
  }

  /** jatos.js has no beacon; what waits is in the browser's storage and is sent on return. */
  beacon() {
    return false;
  }

  async note(events) {
    // JATOS returns the results of many participants in one text; each line has its participant.
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
    const isComplete = rows.every((row, place) => row.sequence === place);
    if (this.isWhole && isComplete) await done(jatos.submitResultData(linesOf([...rows, ...this.notes])));
    const wayBack = this.wayBack(outcome);
    const isElsewhere = wayBack.redirect || wayBack.form;
    try {
      // Without a way back of ours JATOS leads on, to its own end page or the address set there.
      await (isElsewhere ? jatos.endStudyWithoutRedirect(true, outcome) : jatos.endStudy(true, outcome));
    } catch {
      // The answers are there, and jatos.js ends a study only once, so that trying again is pointless: the
      // participant must not wait for the credit because JATOS has not noted the end.
    }
    return wayBack;
  }
}

async function done(promise) {
  try {
    return await promise;
  } catch (reason) {
    throw new TransportFault(`JATOS refused a request (${reason ?? "no reason given"})`, { again: true });
  }
}
