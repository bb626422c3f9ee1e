/** Shared code of the transports without our collector: a slot's timeline is a file next to the page. */

import { TransportError, fetchJson } from "./transport.js";

/** The parameters of the link that was opened. */
export function linkParameters() {
  return Object.fromEntries(new URLSearchParams(window.location.search));
}

/**
 * The slot that a link names.
 *
 * @param {{slots: number[]}} page
 * @param {string|undefined} named
 */
export function slotOf(page, named) {
  const slot = Number(named ?? NaN);
  if (page.slots.includes(slot)) return slot;
  const range = `${page.slots.at(0)} to ${page.slots.at(-1)}`;
  throw new TransportError(`the link has no slot; open the page with ?slot= and a number from ${range}`);
}

/**
 * What `open` returns for a session that only this browser stores.
 *
 * @returns {Promise<import("./transport.js").Opened>}
 */
export async function openedHere(page, language, session, participant, slot, isResumed) {
  // The file of the first language has no language in its name.
  const suffix = language === page.languages[0] ? "" : `.${language}`;
  const timeline = await fetchJson(`slots/${String(slot).padStart(4, "0")}${suffix}.json`);
  const kept = { token: null, rows: [], next_sequence: 0, drafts: null };
  const state = isResumed ? "running" : "new";
  return { session, participant, slot, timeline, state, ...kept, redirect: null, form: null };
}
