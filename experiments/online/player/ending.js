/** The end of a session: all answers are sent, or offered as a file; then the participant is sent back. */

import { postForm, saveFile, showPage } from "./pages.js";

const SENDING_TIMEOUT = 12_000;

/**
 * @param {HTMLElement} root
 * @param {object} texts
 * @param {import("./queue.js").Queue} queue
 * @param {object} transport
 * @param {string} outcome
 * @param {string} fileName of the file that is offered if sending fails
 */
export async function endSession(root, texts, queue, transport, outcome, fileName) {
  void showPage(root, { title: texts.wait, text: texts.saving });
  for (;;) {
    const ended = await finishOrNull(queue, transport, outcome);
    if (ended) {
      queue.forget();
      goBack(root, texts, ended);
      return;
    }
    const wayBack = transport.wayBack?.(outcome);
    if ((await offerFile(root, texts, queue, fileName, wayBack)) === "go_on") {
      goBack(root, texts, wayBack);
      return;
    }
  }
}

/** Send all waiting answers of a session that goes on, and try again as often as the participant wants. */
export async function sendAll(root, texts, queue, fileName) {
  void showPage(root, { title: texts.wait, text: "" });
  while (!(await flushed(queue))) await offerFile(root, texts, queue, fileName);
}

/** Send all waiting answers; return whether that succeeded in time. */
async function flushed(queue) {
  const end = performance.now() + SENDING_TIMEOUT;
  while (!(await queue.flush())) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  return true;
}

/** Send all waiting answers and close the session; return null if that did not succeed in time. */
async function finishOrNull(queue, transport, outcome) {
  if (!(await flushed(queue))) return null;
  try {
    const ended = await transport.finish(outcome, queue.rows());
    if (!ended.missing?.length || !queue.sendAgain(ended.missing)) return ended;
    return (await queue.flush()) ? await transport.finish(outcome, queue.rows()) : null;
  } catch (fault) {
    if (!fault.isTransport) throw fault;
    return null;
  }
}

/**
 * Offer the answers as a file. Resolves when the participant wants to try sending again or, once the file is saved
 * and if the page can send participants back without the server, to continue. The rows stay in the browser.
 */
async function offerFile(root, texts, queue, fileName, wayBack) {
  const goOn = [];
  for (;;) {
    const choice = await showPage(root, {
      title: texts.not_sent_title,
      text: texts.not_sent_text,
      buttons: [["save", texts.save_file], ["again", texts.try_again], ...goOn],
    });
    if (choice !== "save") return choice;
    saveFile(fileName, linesOf(queue.rows()));
    if (wayBack && !goOn.length) goOn.push(["go_on", texts.continue]);
  }
}

/** Rows as JSON lines, as `compassion data import` reads them. */
export function linesOf(rows) {
  return rows.map((row) => JSON.stringify(row) + "\n").join("");
}

/** Send the participant back to the recruitment platform, or thank them. */
export function goBack(root, texts, { redirect, form }) {
  if (form) postForm(form);
  else if (redirect) window.location.replace(redirect);
  else void showPage(root, { title: texts.thanks_title, text: texts.thanks_text });
}
