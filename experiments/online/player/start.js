/** The start of the page: reads the link and the language, then runs the session to its end. */

import { askLate, chooseLanguage, failure, isLate, openSession } from "./opening.js";
import { showPage } from "./pages.js";
import { endSession, goBack, sendAll } from "./ending.js";
import { arrivalFromLink } from "./recruitment.js";
import { nameOf } from "./session.js";
import { ENTERED } from "./session_run.js";
import { Store, openStorage } from "./store.js";

/**
 * Start the page; an unexpected error is shown to the participant and in the developer console.
 *
 * @param {new (page: object) => object} Transport see `transport/transport.js`
 */
export function start(Transport) {
  const showFault = (fault) => {
    const { texts } = pageFacts().texts[document.documentElement.lang];
    const page = { ...failure(texts, fault.message), buttons: [["again", texts.try_again]] };
    void showPage(document.getElementById("study"), page).then(() => window.location.reload());
    throw fault;
  };
  // The player is a separate script, which may fail to load over a bad connection.
  const player = document.getElementById("player");
  player.addEventListener("error", () => showFault(new Error("player.js could not be loaded")));
  openAndRun(Transport).catch(showFault);
}

/** The facts that `page.py` wrote into the page. */
function pageFacts() {
  return JSON.parse(document.getElementById("page").textContent);
}

async function openAndRun(Transport) {
  const root = document.getElementById("study");
  const page = pageFacts();
  const transport = new Transport(page);
  const parameters = await transport.parameters();
  const recruitment = arrivalFromLink(parameters);
  const { storage, lasting } = openStorage();
  const store = new Store(storage, nameOf(page, recruitment, parameters.slot));
  const kept = store.get("kept");
  setLanguage(page, kept?.language ?? page.languages[0]);
  const language = await chooseLanguage(root, page, parameters, kept);
  const { texts } = setLanguage(page, language);
  for (let hasEntered = false, isOver = false; !isOver; hasEntered = true) {
    const request = { recruitment, resume: store.get("kept"), language };
    const opened = await openSession(root, page, transport, request, texts);
    const { token, session, participant, slot } = opened;
    store.set("kept", { token, session, participant, slot, language: opened.timeline.language });
    setLanguage(page, opened.timeline.language);
    // After its entry, a session is opened again, in the slot that it gets now.
    const outcome = await runSession(root, page, { ...opened, hasEntered }, transport, store.part(session), lasting);
    isOver = outcome !== ENTERED;
  }
}

/** Set the page's language and direction, and return that language's texts. */
function setLanguage(page, language) {
  const { direction, texts } = page.texts[language];
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  return { direction, texts };
}

/** Run a session to its end, or to that of its entry; return its outcome. */
async function runSession(root, page, opened, transport, store, lasting) {
  const texts = opened.timeline.interface;
  const { Player } = await import("./player.js");
  const player = new Player(root, page, opened, transport, store);
  if (!lasting) player.note("storage_blocked", {});
  // A finished session may still be at its last screen, so that participants can read the debriefing again.
  const isOver = player.progress.current() === null && opened.state === "finished";
  if (isOver || store.get("finished")) {
    goBack(root, texts, opened);
    return opened.outcome;
  }
  const seen = store.get("seen");
  if (player.isResumed && isLate(opened.state, seen, page.away_hours)) {
    player.note("late_return", { seen });
    if ((await askLate(root, texts)) === "leave") player.leave();
  }
  if ((await player.run()) === "lost") {
    const { elsewhere_title, elsewhere_text, elsewhere_here } = texts;
    const buttons = [["here", elsewhere_here]];
    await showPage(root, { title: elsewhere_title, text: elsewhere_text, buttons });
    window.location.reload();
    return "lost";
  }
  const name = `${page.study}_${opened.session}.jsonl`;
  const { outcome } = player.progress;
  if (outcome === ENTERED) await sendAll(root, texts, player.queue, name);
  else await endSession(root, texts, player.queue, transport, outcome, name);
  return outcome;
}
