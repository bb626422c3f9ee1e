/** The player: opens a session, shows its screens, and stores and sends the answers. */

import { loadClips } from "./loading.js";
import { fetchAhead, soon } from "./pictures.js";
import { Queue } from "./queue.js";
import { draftsFor, takeUp } from "./session.js";
import { ScreenPlugin } from "./showing.js";
import { ENTERED, now } from "./session_run.js";
import { Stage } from "./stage.js";
import { surroundings } from "./surroundings.js";
import { Holder } from "./tabs.js";

/** jsPsych, as defined by its browser build, which `export/script.py` places before our modules. */
const { initJsPsych } = globalThis.jsPsychModule;

export class Player {
  /**
   * @param {HTMLElement} root
   * @param {object} page facts about the export, see `export/page.py`
   * @param {import("./transport/transport.js").Opened} opened
   * @param {object} transport
   * @param {import("./store.js").Store} store of this session
   */
  constructor(root, page, opened, transport, store) {
    Object.assign(this, { page, opened, transport, store });
    this.timeline = opened.timeline;
    this.texts = this.timeline.interface;
    this.queue = new Queue(store, transport, (state) => this.showConnection(state));
    const { participant, session, rows, next_sequence } = opened;
    const identity = { participant, session, simulated: page.simulated, renderer: "browser" };
    const kept = store.get("kept") ?? {};
    const { progress, partial } = takeUp(this.timeline, identity, rows, this.queue.rows(), next_sequence, kept);
    this.progress = progress;
    this.drafts = draftsFor(progress, store.get("drafts") ?? opened.drafts, partial);
    this.isResumed = progress.sequence > 0 && !opened.hasEntered;
    this.notes = store.get("notes") ?? [];
    this.unsent = null;
    this.hiddenSince = 0;
    this.hasShownScreen = false;
    this.root = root;
  }

  /**
   * Show the remaining screens.
   *
   * @returns {Promise<"ended"|"lost">} `lost`: another window has taken the session over
   */
  async run() {
    const note = (event, detail) => this.note(event, detail);
    await loadClips(this.root, this.texts, this.timeline.screens, this.page.media, note);
    this.stage = this.makeStage();
    this.listen();
    void this.queue.flush();
    if (this.isResumed) this.stage.notify("resumed", this.texts.resumed);
    const lost = new Promise((resolve) => {
      this.holder = new Holder(this.store, () => resolve("lost"));
    });
    const outcome = await Promise.race([this.showAll().then(() => "ended"), lost]);
    if (outcome === "ended" && this.progress.outcome !== ENTERED) this.store.remove("kept");
    this.unlisten.abort();
    if (outcome === "lost") this.queue.close();
    return outcome;
  }

  /** Record that a returning participant leaves before a screen is shown again. */
  leave() {
    const response = { answers: {}, times: {}, onset: 0, clock: "no screen", way: "leave" };
    this.queue.add(this.progress.take(response));
  }

  makeStage() {
    return new Stage(this.root, {
      texts: this.texts,
      media: this.page.media,
      simulated: this.page.simulated,
      participant: this.opened.participant,
      parts: partsOf(this.timeline),
      note: (event, detail) => this.note(event, detail),
      saveDraft: (answers) => this.saveDraft(answers),
      onShown: (screen) => void this.onShown(screen),
      picturesAhead: () => soon((this.loading ??= fetchAhead(this.timeline.screens, this.page.media))),
    });
  }

  /** One jsPsych trial in a loop: each iteration shows the current screen of the session. */
  async showAll() {
    const { progress, stage } = this;
    // jsPsych makes its container focusable with the Tab key; it should not be.
    const skipInTabOrder = () => {
      stage.main.tabIndex = -1;
    };
    const jsPsych = initJsPsych({ display_element: stage.main, on_trial_start: skipInTabOrder });
    const trial = {
      type: ScreenPlugin,
      screen: () => progress.current(),
      drafts: () => this.takeDrafts(),
      stage: () => stage,
      on_finish: (response) => this.take(response),
    };
    const hasScreen = () => progress.current() !== null;
    await jsPsych.run([{ conditional_function: hasScreen, loop_function: hasScreen, timeline: [trial] }]);
  }

  takeDrafts() {
    const drafts = { ...this.progress.drafts(), ...this.drafts };
    this.drafts = {};
    return drafts;
  }

  /** Record a response: its rows are saved before the next screen is shown. */
  async take(response) {
    // Another window now shows this screen and records its answer.
    if (!this.holder.holds()) await new Promise(() => {});
    const rows = this.progress.take(response);
    if (Object.keys(this.progress.kept).length) this.store.set("kept", this.progress.kept);
    // Removed only now, because the screen would otherwise move while it is being answered.
    this.stage.notify("resumed", "");
    if (!this.queue.add(rows)) this.note("storage_full", {});
    this.store.remove("drafts");
    this.unsent = null;
    this.store.set("seen", Date.now());
  }

  saveDraft(answers) {
    if (!this.holder.holds()) return;
    const drafts = { screen: this.progress.at.id, visit: this.progress.visit, answers };
    this.store.set("drafts", drafts);
    this.store.set("seen", Date.now());
    const stays = new Set(this.progress.at.asks.filter(({ local }) => local).map(({ measure }) => measure));
    const others = Object.entries(answers).filter(([measure]) => !stays.has(measure));
    this.unsent = { ...drafts, answers: Object.fromEntries(others) };
  }

  /** Start the tasks that can wait until the first screen is shown. */
  afterFirstScreen() {
    this.hasShownScreen = true;
    this.loading ??= fetchAhead(this.timeline.screens, this.page.media);
    if (!this.opened.hasEntered) void surroundings().then((detail) => this.note("browser", detail));
  }

  /** Handle a newly shown screen. Participants who close the window on the last one have finished, too. */
  async onShown(screen) {
    if (!this.hasShownScreen) this.afterFirstScreen();
    if (!screen.ends || !this.transport.reached || !(await this.queue.flush())) return;
    await this.transport.reached(this.progress.endOf(screen)).catch(ignoreTransportError);
  }

  /** Record an event; events that could not be sent go with the next one or with the beacon. */
  note(event, detail) {
    this.keepNotes([...this.notes, this.noteOf(event, detail)]);
    const sent = [...this.notes];
    const forget = () => this.keepNotes(this.notes.filter((each) => !sent.includes(each)));
    this.transport.note(sent).then(forget, ignoreTransportError);
  }

  /** Events that were not sent yet stay in the browser, so that a closed page does not lose them. */
  keepNotes(notes) {
    this.notes = notes;
    if (notes.length) this.store.set("notes", notes);
    else this.store.remove("notes");
  }

  noteOf(event, detail) {
    const at = { screen: this.progress.at?.id ?? null };
    // By its visit, a period belongs to rows.
    if (event.startsWith("period_")) at.visit = this.progress.visit;
    return { event, time: now(), detail: { ...at, ...detail } };
  }

  listen() {
    this.unlisten = new AbortController();
    const { signal } = this.unlisten;
    const away = () => this.away();
    document.addEventListener("visibilitychange", away, { signal });
    window.addEventListener("pagehide", away, { signal });
    const online = () => {
      this.note("online", {});
      void this.queue.flush();
    };
    window.addEventListener("online", online, { signal });
    window.addEventListener("offline", () => this.showConnection("waiting"), { signal });
  }

  /** Handle the page being hidden, shown again or closed; on phones this may be its last event. */
  away() {
    if (document.visibilityState === "visible") {
      this.note("visible", { seconds: (performance.now() - this.hiddenSince) / 1000 });
      return;
    }
    this.hiddenSince = performance.now();
    if (!this.holder.holds()) return;
    this.queue.beacon();
    const events = [...this.notes, this.noteOf("hidden", {})];
    const isTaken = this.transport.beacon(this.unsent ? { events, drafts: this.unsent } : { events });
    if (isTaken) this.keepNotes([]);
  }

  showConnection(state) {
    this.stage?.notify("offline", state === "waiting" ? this.texts.offline : "");
  }
}

/** The part of the session to which each screen belongs, by its id. */
function partsOf({ screens, parts }) {
  // Timelines of earlier versions have no parts.
  return new Map(screens.map(({ id }, place) => [id, parts?.[place] ?? 1]));
}

/** Ignore transport errors, after which events are sent again; throw all others. */
function ignoreTransportError(fault) {
  if (!fault.isTransport) throw fault;
}
