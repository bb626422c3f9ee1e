/** Loading films and sounds before the session, so that none is missing or stops while it is shown. */

import { clipsIn, loadClip } from "./clips.js";
import { make } from "./element.js";
import { failure } from "./opening.js";
import { showPage } from "./pages.js";

/**
 * Load all films and sounds, and show how far that is; where one cannot be played, say so, and try again if asked to.
 *
 * @param {HTMLElement} root
 * @param {object} texts
 * @param {object[]} screens
 * @param {string} media address of the folder with the clips
 * @param {(event: string, detail: object) => void} note
 */
export async function loadClips(root, texts, screens, media, note) {
  const sources = clipsIn(screens);
  if (!sources.length) return;
  for (;;) {
    const bar = showProgress(root, texts);
    let source = "";
    try {
      for (const [place, each] of sources.entries()) {
        source = each;
        await loadClip(media + source, (share) => bar((place + share) / sources.length));
        bar((place + 1) / sources.length);
      }
      return;
    } catch (reason) {
      note("clip_failed", { source: media + source, reason: reason.message });
      await showPage(root, { ...failure(texts, reason.message), buttons: [["again", texts.try_again]] });
    }
  }
}

function showProgress(root, texts) {
  const bar = make("progress", { max: 1, value: 0, "aria-label": texts.loading });
  const words = make("p", { role: "status" }, texts.loading);
  const content = make("div.content", {}, make("h1", { tabIndex: -1 }, texts.wait), words, bar);
  root.replaceChildren(make("main.plain.loading", {}, make("div.screen", {}, make("div.card", {}, content))));
  document.title = texts.wait;
  return (share) => {
    bar.value = share;
  };
}
