/**
 * The page around the screens: progress, buttons to pause and leave, notices, the input device in use, and
 * countdowns that stop during a pause.
 */

import { askInDialog } from "./dialog.js";
import { make } from "./element.js";
import { KINDS } from "./kinds.js";
import { hasButton } from "./screen.js";

/** Milliseconds between two updates of the remaining time. */
const TICK = 200;

export class Stage {
  /**
   * @param {HTMLElement} root
   * @param {{texts: object, media: string, simulated: boolean, participant: string, parts: Map<string, number>,
   *   note: (event: string, detail: object) => void, saveDraft: (answers: object) => void,
   *   onShown: (screen: object) => void, picturesAhead: () => Promise<void>}} options
   *   `parts`: the part of the session to which each screen belongs; for the functions see `Player`
   */
  constructor(root, options) {
    Object.assign(this, options);
    /** Called when the participant leaves; set by the current screen. */
    this.onLeave = null;
    /** Start of this visit on the performance clock, in milliseconds. */
    this.start = performance.now();
    /** Number of parts, and the part that was reached: who goes back to a screen does not go back to its part. */
    this.count = Math.max(...this.parts.values());
    this.reached = 0;
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
    // A heading, because users of screen readers move between headings, and some screens have no other.
    this.progress = make("p", { role: "heading", "aria-level": 1 });
    const bars = Array.from({ length: this.count }, () => make("span", {}));
    this.progressBar = make("div.thread", { "aria-hidden": "true" }, ...bars);
    const button = (name, press) => make(`button.${name}`, { type: "button", onclick: press }, texts[name]);
    /** Pause and leave buttons; each screen puts them into its footer. */
    this.buttons = make(
      "div.ways",
      {},
      button("pause", () => void this.pause()),
      button("leave", () => void this.askLeave()),
    );
    /** Text in the footer: how to answer, until there is an answer; keys, once they are used; at the end, the code. */
    this.hintLine = make("p.how", {});
    this.notice = make("div.notices", { role: "status" });
    this.main = make("main", {});
    const simulated = this.simulated ? make("p.simulated", {}, texts.simulated) : null;
    this.time = make("p.time", { role: "timer" });
    const progressLine = make("div.line-of-progress", {}, this.progress, this.time, simulated);
    root.replaceChildren(make("header", {}, this.progressBar, progressLine), this.notice, this.main);
  }

  watchDevice() {
    const pointer = (event) => {
      this.device = event.pointerType || "pointer";
    };
    const keys = (event) => {
      this.device = "keyboard";
      if (event.key !== "Tab") return;
      this.usesKeys = true;
      this.showHint();
    };
    document.addEventListener("pointerdown", pointer, true);
    document.addEventListener("keydown", keys, true);
  }

  /** Update the progress for a newly shown screen; the last one shows the code needed to have answers deleted. */
  shown(screen) {
    const { count } = this;
    this.reached = Math.max(this.reached, screen.ends ? count : this.parts.get(screen.id));
    this.progress.textContent = this.texts.progress.replace("{n}", this.reached).replace("{of}", count);
    [...this.progressBar.children].forEach((part, at) => part.classList.toggle("is-done", at < this.reached));
    const heading = this.main.querySelector("h1")?.textContent;
    document.title = [heading, this.progress.textContent].filter(Boolean).join(" · ");
    this.keys = screen.asks.length > 0 ? this.texts[hasButton(screen) ? "keyboard" : "keyboard_answer"] : "";
    this.hint = screen.ends ? this.texts.your_code.replace("{code}", this.participant) : this.hintFor(screen.kind);
    if (screen.until) this.hint = this.texts.experimenter;
    this.hintLine.classList.remove("is-answered");
    this.showHint();
    this.onShown(screen);
  }

  /** Note the begin or end of the period that a screen is in; one that is left, or cut off, has no end. */
  notePeriod(what, { period }, onset, lasted = {}) {
    // Timelines of earlier versions have no periods.
    if (period) this.note(`period_${what}`, { period, onset: (onset - this.start) / 1000, ...lasted });
  }

  /** The hint on how to answer; on touch screens only lines have one. */
  hintFor(kind) {
    const { texts, main } = this;
    const isTouch = matchMedia("(pointer: coarse)").matches;
    if (texts[`${kind}_touch`] && isTouch) return texts[`${kind}_touch`];
    // Some kinds have a line where their own control would be too long.
    if (!KINDS[kind]?.stays && main.querySelector(".line")) return isTouch ? texts.mark_touch : texts.mark_hint;
    return isTouch ? "" : (texts[`${kind}_hint`] ?? "");
  }

  showHint() {
    const isByKeys = this.keys !== "" && this.usesKeys;
    this.hintLine.textContent = isByKeys ? this.keys : this.hint;
    this.hintLine.classList.toggle("is-by-keys", isByKeys);
  }

  /** Show the remaining time at the top, without reading it out every second; nothing if `seconds` is undefined. */
  showTime(seconds) {
    const whole = Math.max(0, Math.ceil(seconds));
    const time = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    this.time.textContent = seconds === undefined ? "" : this.texts.time_left.replace("{time}", time);
  }

  /** Hide the hint once the screen has an answer, but keep its space, so that nothing moves. */
  answered(answers) {
    this.hintLine.classList.add("is-answered");
    this.saveDraft(answers);
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

  /** Stop all countdowns while a dialog is open, and record how long it was open. */
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
   * Call `done` after some seconds, not counting the time during dialogs.
   *
   * @param {number} seconds
   * @param {() => void} done
   * @param {(seconds: number) => void} [tick] called a few times a second with what remains
   */
  countdown(seconds, done, tick) {
    let remaining = seconds * 1000;
    let since = performance.now();
    let timer = 0;
    let ticking = 0;
    const clear = () => {
      clearTimeout(timer);
      clearInterval(ticking);
    };
    const change = () => {
      clear();
      if (this.isHeld) remaining -= performance.now() - since;
      else run();
    };
    const stop = () => {
      clear();
      this.held.removeEventListener("change", change);
    };
    const run = () => {
      since = performance.now();
      tick?.(remaining / 1000);
      if (tick) ticking = setInterval(() => tick((remaining - (performance.now() - since)) / 1000), TICK);
      timer = setTimeout(() => {
        stop();
        tick?.(0);
        done();
      }, Math.max(0, remaining));
    };
    this.held.addEventListener("change", change);
    if (!this.isHeld) run();
    return { stop };
  }
}
