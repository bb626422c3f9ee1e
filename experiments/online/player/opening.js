/** Opening a session: link, language and slot, and the question whether to continue after a long absence. */

import { showPage } from "./pages.js";
import { goBack } from "./ending.js";
import { faultOf, invites, isPreview, SITES } from "./recruitment.js";

const HOUR = 3_600_000;

/**
 * The language to open in: from the link, else from an earlier visit, else chosen by the participant.
 *
 * @returns {Promise<string>}
 */
export async function chooseLanguage(root, page, parameters, kept) {
  const known = [parameters.lang, kept?.language].find((each) => page.languages.includes(each));
  if (known) return known;
  if (page.languages.length === 1) return page.languages[0];
  return showPage(root, {
    title: page.languages.map((each) => page.texts[each].texts.language).join(" · "),
    buttons: page.languages.map((each) => [each, page.texts[each].name, each]),
  });
}

/**
 * Open a session, and try again as often as the participant wants.
 *
 * @returns {Promise<import("./transport/transport.js").Opened>} never resolves for a preview, which only shows a page
 */
export async function openSession(root, page, transport, request, texts) {
  const { recruitment } = request;
  if (!invites(page.source, recruitment)) await showPage(root, uninvited(texts, SITES[page.source].name));
  const isOnlyPreview = isPreview(recruitment);
  const fault = isOnlyPreview ? "" : faultOf(recruitment);
  if (fault) await showPage(root, failure(texts, fault));
  for (;;) {
    try {
      const opened = isOnlyPreview ? { preview: true } : await transport.open(request);
      if (!opened.preview) return opened;
      await showPage(root, { title: texts.preview_title, text: texts.preview_text });
    } catch (reason) {
      if (!reason.isTransport) throw reason;
      if (reason.isFull) await showFull(root, texts, reason.wayBack);
      await showPage(root, { ...failure(texts, reason.message), buttons: [["again", texts.try_again]] });
      root.replaceChildren();
    }
  }
}

/** Show that no slot is free; send the participant back if possible. */
async function showFull(root, texts, wayBack) {
  const page = { title: texts.full_title, text: texts.full_text };
  if (!wayBack) await showPage(root, page);
  await showPage(root, { ...page, buttons: [["back", texts.continue]] });
  goBack(root, texts, wayBack);
  await new Promise(() => {}); // The browser is already loading another page.
}

/** The page for a participant who did not come from the recruitment platform and could therefore not be paid. */
function uninvited(texts, site) {
  const [title, text] = [texts.uninvited_title, texts.uninvited_text].map((each) => each.replace("{site}", site));
  return { title, text };
}

/** The page with an error message, first for the participant and then for the researcher. */
export function failure(texts, reason) {
  // Isolated, so that English words and their quotes keep their order on a right-to-left page.
  const text = texts.failed_text.replace("{reason}", () => `\u2068${reason}\u2069`);
  return { title: texts.failed_title, text };
}

/**
 * Whether the participant returns so late that they are asked whether to continue.
 *
 * @param {"new"|"running"|"away"|"finished"} state according to the server
 * @param {number|null} seen when this browser last recorded an answer (ms since 1970)
 * @param {number} hours
 */
export function isLate(state, seen, hours) {
  return state === "away" || (seen !== null && Date.now() - seen > hours * HOUR);
}

/** Ask whether to continue after a long absence; "resume" or "leave". */
export function askLate(root, texts) {
  return showPage(root, {
    title: texts.late_title,
    text: texts.late_text,
    buttons: [
      ["resume", texts.resume],
      ["leave", texts.leave],
    ],
  });
}
