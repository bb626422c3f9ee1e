/**
 * A line on which a mark is set. There is no mark until the participant sets one.
 *
 * Positions are counted from the low end, which on a right-to-left page is on the right.
 */

import { make } from "./element.js";
import { stepsOf, valueAt } from "./numerals.js";

/** Pixels that a finger may move without dragging the mark. */
const DRAG_THRESHOLD = 8;

export class Line {
  /**
   * @param {object} ask
   * @param {{prompt: string, fault: string, required: boolean}} names
   * @param {(event: Event) => void} changed
   * @param {(value: number|undefined) => string} spoken text that screen readers read out for a value
   */
  constructor(ask, names, changed, spoken) {
    Object.assign(this, { ask, changed, spoken, steps: stepsOf(ask), at: undefined });
    this.handle = make("div.handle", {});
    this.track = make(
      "div.line",
      {
        role: "slider",
        tabIndex: 0,
        "aria-labelledby": names.prompt,
        "aria-describedby": names.fault,
        "aria-valuemin": ask.low,
        "aria-valuemax": ask.high,
        "data-low": ask.low,
        "data-high": ask.high,
        "data-step": ask.step,
        onpointerdown: (event) => this.press(event),
        onpointermove: (event) => this.drag(event),
        onpointerup: (event) => this.release(event),
        onkeydown: (event) => this.key(event),
      },
      make("div.rail", {}),
      this.handle,
    );
    this.show();
  }

  get isMirrored() {
    return getComputedStyle(this.track).direction === "rtl";
  }

  press(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.track.focus({ preventScroll: true });
    this.track.setPointerCapture(event.pointerId);
    this.pressedAt = event.clientX;
    // A finger that scrolls the page may touch the line: touch sets the mark only when the finger is lifted or moves along the line.
    this.isMarking = event.pointerType !== "touch";
    if (this.isMarking) this.moveTo(this.stepAt(event.clientX), event);
  }

  drag(event) {
    if (!this.track.hasPointerCapture(event.pointerId)) return;
    this.isMarking ||= Math.abs(event.clientX - this.pressedAt) > DRAG_THRESHOLD;
    if (this.isMarking) this.moveTo(this.stepAt(event.clientX), event);
  }

  /** Not called if the browser treats the gesture as scrolling. */
  release(event) {
    if (this.track.hasPointerCapture(event.pointerId)) this.moveTo(this.stepAt(event.clientX), event);
  }

  stepAt(x) {
    const { left, width } = this.track.getBoundingClientRect();
    const fromLeft = Math.min(1, Math.max(0, (x - left) / width));
    return Math.round((this.isMirrored ? 1 - fromLeft : fromLeft) * this.steps);
  }

  key(event) {
    const forward = this.isMirrored ? "ArrowLeft" : "ArrowRight";
    const back = this.isMirrored ? "ArrowRight" : "ArrowLeft";
    const moves = this.stepsOf(event, forward, back);
    if (event.key === "Enter") this.track.closest("form").requestSubmit();
    else if (event.key === "Home") this.moveTo(0, event);
    else if (event.key === "End") this.moveTo(this.steps, event);
    else if (/^[0-9]$/.test(event.key)) this.moveTo(Math.round((Number(event.key) * this.steps) / 10), event);
    else if (moves[event.key]) this.moveTo(this.middleOr(moves[event.key]), event);
    else return;
    event.preventDefault();
  }

  /** Key -> number of steps by which it moves the mark. */
  stepsOf(event, forward, back) {
    const leap = Math.max(1, Math.round(this.steps / 10));
    return { [forward]: 1, ArrowUp: 1, [back]: -1, ArrowDown: -1, PageUp: leap, PageDown: -leap };
  }

  /** The step after a move by key; the first one sets the mark in the middle, which favours neither end. */
  middleOr(move) {
    return this.at === undefined ? Math.round(this.steps / 2) : this.at + move;
  }

  /** The largest step that can be marked. */
  most() {
    return this.steps;
  }

  moveTo(step, event) {
    const at = Math.min(this.most(), Math.max(0, step));
    if (at === this.at) return;
    this.at = at;
    this.show();
    this.changed(event);
  }

  show() {
    const value = this.answer();
    this.track.classList.toggle("is-set", value !== undefined);
    if (value === undefined) this.track.removeAttribute("aria-valuenow");
    else this.track.setAttribute("aria-valuenow", String(value));
    this.track.setAttribute("aria-valuetext", this.spoken(value));
    if (value !== undefined) this.track.style.setProperty("--at", String(this.at / this.steps));
  }

  answer() {
    return this.at === undefined ? undefined : valueAt(this.ask, this.at);
  }

  set(answer) {
    this.at = Math.round((answer - this.ask.low) / this.ask.step);
    this.show();
  }

  clear() {
    this.at = undefined;
    this.show();
  }

  focus() {
    this.track.focus();
  }
}
