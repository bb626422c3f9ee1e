/**
 * The page round the screens: progress, pause, leave, notices; the device in use; time that stops
 * in a pause.
 */

import { askInDialog } from "./dialog.js";
import { make } from "./element.js";

export class Stage {
  /**
   * @param {HTMLElement} root
   * @param {{texts: object, media: string, simulated: boolean, participant: string, parts: string[],
   *   note: (event: string, detail: object) => void, drafted: (answers: object) => void,
   *   arrived: (screen: object) => void}} round
   *   `parts`: the phases of the session in order; the functions: see `Player`
   */
  constructor(root, round) {
    Object.assign(this, round);
    /** Set by the screen that shows: what happens when the participant leaves. */
    this.onLeave = null;
    /** Start of this visit on the performance clock, in milliseconds. */
    this.start = performance.now();
    this.device = "none yet";
    this.held = new EventTarget();
    this.isHeld = false;
    this.usesKeys = false;
    /** Milliseconds that dialogs have held the session so far. */
    this.heldFor = 0;
    this.build(root);
    this.watchDevice();
  }

  build(root) {
    const { texts } = this;
    // Screens without a heading of their own have this one, for who goes from heading to heading.
    this.progress = make("p", { role: "heading", "aria-level": 1 });
    this.thread = make("div.thread", { "aria-hidden": "true" }, ...this.parts.map(() => make("span", {})));
    const button = (name, press) => make(`button.${name}`, { type: "button", onclick: press }, texts[name]);
    /** The ways out; each screen puts them into its foot. */
    this.ways = make(
      "div.ways",
      {},
      button("pause", () => void this.pause()),
      button("leave", () => void this.askLeave()),
    );
    /** At the foot: how an answer is given, until there is one; once keys are used, how they are; at the end, the code. */
    this.how = make("p.how", {});
    this.notice = make("div.notices", { role: "status" });
    this.main = make("main", {});
    const simulated = this.simulated ? make("p.simulated", {}, texts.simulated) : null;
    const line = make("div.line-of-progress", {}, this.progress, simulated);
    root.replaceChildren(make("header", {}, this.thread, line), this.notice, this.main);
  }

  watchDevice() {
    const pointer = (event) => {
      this.device = event.pointerType || "pointer";
    };
    const keys = (event) => {
      this.device = "keyboard";
      if (event.key !== "Tab") return;
      this.usesKeys = true;
      this.showHow();
    };
    document.addEventListener("pointerdown", pointer, true);
    document.addEventListener("keydown", keys, true);
  }

  /** A screen shows: say where in the session it is; on the last one, by which code the answers can be deleted. */
  shown(screen) {
    const of = this.parts.length;
    const place = screen.ends ? of : this.parts.indexOf(screen.phase) + 1 || of;
    this.progress.textContent = this.texts.progress.replace("{n}", place).replace("{of}", of);
    [...this.thread.children].forEach((part, at) => part.classList.toggle("is-done", at < place));
    const heading = this.main.querySelector("h1")?.textContent;
    document.title = [heading, this.progress.textContent].filter(Boolean).join(" · ");
    this.asks = screen.asks.length > 0;
    this.hint = screen.ends ? this.texts.your_code.replace("{code}", this.participant) : this.hintFor(screen.kind);
    this.how.classList.remove("is-answered");
    this.showHow();
    this.arrived(screen);
  }

  /** A finger taps lines, and needs no other hint. */
  hintFor(kind) {
    const { texts, main } = this;
    const isTouch = matchMedia("(pointer: coarse)").matches;
    if (main.querySelector(".line")) return isTouch ? texts.mark_touch : texts.mark_hint;
    return isTouch ? "" : (texts[`${kind}_hint`] ?? "");
  }

  showHow() {
    const isByKeys = this.asks && this.usesKeys;
    this.how.textContent = isByKeys ? this.texts.keyboard : this.hint;
    this.how.classList.toggle("is-by-keys", isByKeys);
  }

  /** The screen has an answer: its hint has served. It keeps its place, so that nothing moves. */
  answered(answers) {
    this.how.classList.add("is-answered");
    this.drafted(answers);
  }

  /** Show a notice in a bar above the screen; an empty text takes it away. */
  notify(name, text) {
    this.notice.querySelector(`[data-notice=${name}]`)?.remove();
    if (text) this.notice.append(make("p.notice", { "data-notice": name }, text));
  }

  async pause() {
    const { texts } = this;
    await this.holdDuring("pause", {
      title: texts.paused_title,
      text: texts.paused_text,
      buttons: [["resume", texts.resume]],
    });
  }

  async askLeave() {
    const { texts } = this;
    const choice = await this.holdDuring("leave", {
      title: texts.leave_title,
      text: texts.leave_text,
      buttons: [
        ["stay", texts.leave_cancel],
        ["leave", texts.leave_confirm],
      ],
    });
    if (choice === "leave") this.onLeave?.();
  }

  /** Hold all countdowns as long as a dialog is open, and note for how long that was. */
  async holdDuring(what, dialog) {
    const began = performance.now();
    this.isHeld = true;
    this.held.dispatchEvent(new Event("change"));
    const choice = await askInDialog(dialog);
    const lasted = performance.now() - began;
    this.heldFor += lasted;
    this.isHeld = false;
    this.held.dispatchEvent(new Event("change"));
    this.note(what, { choice, seconds: lasted / 1000 });
    return choice;
  }

  /**
   * Call `done` after some seconds that do not count while held.
   *
   * @param {number} seconds
   * @param {() => void} done
   */
  countdown(seconds, done) {
    let left = seconds * 1000;
    let since = performance.now();
    let timer = 0;
    const change = () => {
      clearTimeout(timer);
      if (this.isHeld) left -= performance.now() - since;
      else run();
    };
    const stop = () => {
      clearTimeout(timer);
      this.held.removeEventListener("change", change);
    };
    const run = () => {
      since = performance.now();
      timer = setTimeout(() => {
        stop();
        done();
      }, Math.max(0, left));
    };
    this.held.addEventListener("change", change);
    if (!this.isHeld) run();
    return { stop };
  }
}
