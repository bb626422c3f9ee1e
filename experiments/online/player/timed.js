/**
 * Timed trials: all displays are in the page before the trial, and an animation frame shows one in place of another.
 *
 * The onset of a display is the time stamp of the animation frame that shows it; the time of a key is that of its
 * event. Places and sizes are those of the lab (`experiments/lab/stimuli.py`).
 */

import { emphasised } from "./content.js";
import { make } from "./element.js";
import { picturesReady } from "./pictures.js";
import { TimedRun } from "./timed_run.js";

const TIMED_CLOCK = "browser performance clock, from the animation frame that showed the stimulus to the input event";

/** Keys whose name in the browser is another. */
const NAMED = { " ": "space", enter: "return", arrowleft: "left", arrowright: "right", arrowup: "up", arrowdown: "down" };

/** Seconds between two frames, where none have been seen yet. */
const PERIOD = 1 / 60;

export class TimedTrial {
  constructor(screen, stage) {
    Object.assign(this, { screen, stage });
    this.layers = new Map();
    this.period = PERIOD;
  }

  /**
   * Show the trial until it is over; one that is interrupted begins again.
   *
   * @param {HTMLElement} display
   * @returns {Promise<object>} the response
   */
  async show(display) {
    const { screen, stage } = this;
    document.body.classList.add("is-timed");
    this.form = this.build();
    display.append(this.form);
    await stage.picturesAhead();
    for (const source of await picturesReady(this.form)) stage.note("picture_failed", { source });
    stage.shown(screen);
    this.form.focus({ preventScroll: true });
    for (;;) {
      const began = performance.now();
      stage.notePeriod("begin", screen, began);
      const how = await this.once();
      const seconds = (performance.now() - began) / 1000;
      if (how === "over") stage.notePeriod("end", screen, began, { seconds, held: 0 });
      if (how === "over") return this.run.response(stage.start / 1000, `${TIMED_CLOCK}; ${stage.device}`);
      if (how === "escape" && (await this.leaves())) return this.left();
      await isVisible();
      stage.note("restarted", {});
      this.form.focus({ preventScroll: true });
    }
  }

  build() {
    const { screen, stage } = this;
    const layers = screen.displays.flatMap(({ versions }) => versions).map((version) => {
      const layer = make("div.display", {}, ...version.stimuli.map((each) => stimulusOf(each, stage.media)));
      this.layers.set(version, layer);
      return layer;
    });
    this.cross = make("div.stimulus.at-down.wrong", { "aria-hidden": "true" }, "✕");
    const area = make("div.area", {}, ...layers, this.cross);
    const isTouch = matchMedia("(pointer: coarse)").matches;
    const attributes = { tabIndex: -1, "data-screen": screen.id, onsubmit: (event) => event.preventDefault() };
    // For tests and simulated participants: whether the trial ends whatever one does, and what its keys mean.
    const awaits = screen.displays.some(({ ask, seconds }) => ask && !seconds);
    attributes["data-keys"] = JSON.stringify(screen.asks);
    return make(awaits ? "form.screen.timed" : "form.screen.timed.ends", attributes, area, isTouch ? this.touchKeys() : null);
  }

  /** The keys as buttons, for devices that have no keyboard. */
  touchKeys() {
    const names = new Set(this.screen.asks.flatMap((ask) => Object.keys(ask.keys)));
    const press = (name) => (event) => {
      event.preventDefault();
      this.run?.key(name, event.timeStamp / 1000);
    };
    const keys = [...names].map((name) =>
      make("button.key", { type: "button", "data-key": name, onpointerdown: press(name) }, name.toUpperCase()),
    );
    const leave = make("button.leave", { type: "button", onclick: () => this.stop("escape") }, this.stage.texts.leave);
    return make("div.touch", {}, make("div.keys", {}, ...keys), leave);
  }

  /** Show the trial once; `over`, or how it was interrupted: `escape`, `hidden`. */
  async once() {
    this.run = new TimedRun(this.screen, this.period);
    const abort = new AbortController();
    const { signal } = abort;
    const stopped = new Promise((resolve) => {
      this.stop = resolve;
    });
    document.addEventListener("keydown", (event) => this.pressed(event), { signal, capture: true });
    const hidden = () => document.hidden && this.stop("hidden");
    document.addEventListener("visibilitychange", hidden, { signal });
    let last = 0;
    const frame = (stamp) => {
      if (signal.aborted) return;
      const time = stamp / 1000;
      // The shortest interval so far is that of a frame that was not dropped.
      if (last && time > last) this.period = Math.min(this.period, time - last);
      last = time;
      this.run.advance(time);
      this.draw();
      this.run.flipped(time);
      if (this.run.version === null) this.stop("over");
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    if (document.hidden) this.stop("hidden");
    const how = await stopped;
    abort.abort();
    this.run.version = how === "over" ? null : this.run.version;
    this.clear();
    return how;
  }

  /** Show what the run has for this frame. */
  draw() {
    const { run, form } = this;
    const layer = run.version === null ? undefined : this.layers.get(run.version);
    if (layer !== this.visible) {
      this.visible?.classList.remove("is-visible");
      layer?.classList.add("is-visible");
      this.visible = layer;
    }
    this.cross.classList.toggle("is-visible", run.isWrong);
    form.classList.add("is-shown");
    // For tests and simulated participants: which question a key answers now.
    form.dataset.asks = run.display?.ask ?? "";
  }

  clear() {
    this.visible?.classList.remove("is-visible");
    this.visible = undefined;
    this.cross.classList.remove("is-visible");
    this.form.dataset.asks = "";
  }

  pressed(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.stop("escape");
      return;
    }
    const keys = this.run.asked?.keys;
    if (event.repeat || !keys || event.ctrlKey || event.metaKey || event.altKey) return;
    const name = namesOf(event).find((each) => Object.hasOwn(keys, each));
    if (!name) return;
    event.preventDefault();
    this.run.key(name, event.timeStamp / 1000);
  }

  /** Ask whether to leave the study. */
  async leaves() {
    const { stage } = this;
    let isLeaving = false;
    stage.onLeave = () => {
      isLeaving = true;
    };
    await stage.askLeave();
    stage.onLeave = null;
    return isLeaving;
  }

  left() {
    const { stage } = this;
    const [onset] = Object.values(this.run.shown)[0] ?? [performance.now() / 1000];
    const times = { leave: performance.now() / 1000 - onset };
    return { answers: {}, times, onset: onset - stage.start / 1000, clock: `${TIMED_CLOCK}; ${stage.device}`, way: "leave" };
  }
}

/** The names that a key can have in a study: what it types and, on keyboards of other scripts, what is printed on it. */
function namesOf(event) {
  const typed = event.key.toLowerCase();
  return [NAMED[typed] ?? typed, event.code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase()];
}

function stimulusOf({ spot, text, image, alt }, media) {
  const style = `div.stimulus.at-${spot.replace(" ", "-")}`;
  if (image) return make(`${style}.picture`, {}, make("img", { src: media + image, alt }));
  return make(style, {}, ...emphasised(text));
}

async function isVisible() {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}
