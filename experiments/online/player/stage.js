/**
 * The page round the screens: progress, pause, leave, notices; the device in use; time that stands still
 * in a pause.
 */

import { askInDialog } from "./dialog.js";
import { make } from "./element.js";

export class Stage {
  /**
   * @param {HTMLElement} root
   * @param {{texts: object, media: string, simulated: boolean, parts: string[],
   *   note: (event: string, detail: object) => void, drafted: (answers: object) => void}} round
   *   `parts`: the phases of the session in order; `note` and `drafted`: see `Player`
   */
  constructor(root, round) {
    Object.assign(this, round);
    /** Set by the screen that shows: what happens when the participant leaves. */
    this.onLeave = null;
    /** Start of the sitting on the performance clock, in milliseconds. */
    this.start = performance.now();
    this.device = "none yet";
    this.held = new EventTarget();
    this.isHeld = false;
    /** Milliseconds that dialogs have held the session so far. */
    this.heldFor = 0;
    this.build(root);
    this.watchDevice();
  }

  build(root) {
    const { texts } = this;
    this.progress = make("p.progress", {});
    this.thread = make("div.thread", { "aria-hidden": "true" });
    const button = (name, press) => make(`button.${name}`, { type: "button", onclick: press }, texts[name]);
    this.pauseButton = button("pause", () => void this.pause());
    this.leaveButton = button("leave", (event) => void this.askLeave(event));
    this.notice = make("div.notices", { role: "status" });
    this.main = make("main", {});
    const simulated = this.simulated ? make("p.simulated", {}, texts.simulated) : null;
    const ways = make("div.ways", {}, this.pauseButton, this.leaveButton);
    const keys = make("p.keys", {}, texts.keyboard);
    this.foot = make("footer", {}, keys);
    root.replaceChildren(
      make("header.bar", {}, this.progress, simulated, ways, this.thread),
      this.notice,
      this.main,
      this.foot,
    );
  }

  watchDevice() {
    const pointer = (event) => {
      this.device = event.pointerType || "pointer";
    };
    const keys = () => {
      this.device = "keyboard";
    };
    document.addEventListener("pointerdown", pointer, true);
    document.addEventListener("keydown", keys, true);
  }

  /** A screen shows: tell where in the session it is, and offer the ways out that make sense on it. */
  shown(screen) {
    const place = this.parts.indexOf(screen.phase) + 1;
    const { progress } = this.texts;
    this.progress.textContent = screen.ends
      ? ""
      : progress.replace("{n}", place).replace("{of}", this.parts.length);
    const done = screen.ends ? 1 : place / (this.parts.length + 1);
    this.thread.style.setProperty("--done", String(done));
    this.pauseButton.hidden = this.leaveButton.hidden = screen.ends !== "";
    this.foot.hidden = screen.kind === "look" || screen.ends !== "";
  }

  /** Tell something in a bar above the screen; an empty text takes it away. */
  tell(name, text) {
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

  async askLeave(event) {
    const { texts } = this;
    const choice = await this.holdDuring("leave", {
      title: texts.leave_title,
      text: texts.leave_text,
      buttons: [
        ["stay", texts.leave_cancel],
        ["leave", texts.leave_confirm],
      ],
    });
    if (choice === "leave") this.onLeave?.(event);
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
