/**
 * The page around the screens: progress, pause, leave, notices, the device in use, and time that stops during
 * a pause.
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
    /** Set by the current screen: function called when the participant leaves. */
    this.onLeave = null;
    /** Start of this visit on the performance clock, in milliseconds. */
    this.start = performance.now();
    this.device = "none yet";
    this.held = new EventTarget();
    this.isHeld = false;
    this.usesKeys = false;
    /** Milliseconds spent in dialogs so far. */
    this.heldFor = 0;
    this.build(root);
    this.watchDevice();
  }

  build(root) {
    const { texts } = this;
    // Screens without a heading get this one, for screen readers that go from heading to heading.
    this.progress = make("p", { role: "heading", "aria-level": 1 });
    this.thread = make("div.thread", { "aria-hidden": "true" }, ...this.parts.map(() => make("span", {})));
    const button = (name, press) => make(`button.${name}`, { type: "button", onclick: press }, texts[name]);
    /** Pause and leave buttons; each screen puts them into its footer. */
    this.ways = make(
      "div.ways",
      {},
      button("pause", () => void this.pause()),
      button("leave", () => void this.askLeave()),
    );
    /** In the footer: how to answer, until there is an answer; how to use keys, once they are used; at the end, the code. */
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

  /** A screen is shown: update the progress; on the last screen, show the code needed to have answers deleted. */
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

  /** With touch, lines need no further hint. */
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

  /** The screen has an answer: hide its hint, but keep its space, so that nothing moves. */
  answered(answers) {
    this.how.classList.add("is-answered");
    this.drafted(answers);
  }

  /** Show a notice in a bar above the screen; an empty text removes it. */
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

  /** Stop all countdowns while a dialog is open, and record its duration. */
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
   * Call `done` after some seconds, not counting those during a dialog.
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
