/**
 * Showing a screen and waiting for its response.
 *
 * Times are read from the browser's performance clock: onset is the time stamp of the animation frame
 * that first shows the screen, and an answer's time is the time stamp of the input event.
 */

import { clipIn } from "./clips.js";
import { contentOf } from "./content.js";
import { make, newId } from "./element.js";
import { Item } from "./item.js";
import { KINDS } from "./kinds.js";
import { picturesReady } from "./pictures.js";
import { hasButton } from "./screen.js";

const { ParameterType } = globalThis.jsPsychModule;

/** Milliseconds after onset in which a second click still belongs to a double click on the previous screen. */
const DOUBLE_CLICK = 500;

const CLOCK =
  "browser performance clock, from the animation frame that showed the screen to the input event, pauses left out";

/** The jsPsych plugin for all screens: shows the content and the questions of the screen's kind. */
export class ScreenPlugin {
  static info = {
    name: "screen",
    version: "1.0.0",
    parameters: {
      /** The screen, as `experiments/screen/screen.py` describes it. */
      screen: { type: ParameterType.OBJECT },
      /** Answers given before an interruption, by measure. */
      drafts: { type: ParameterType.OBJECT, default: {} },
      /** The page around the screen: see `stage.js`. */
      stage: { type: ParameterType.OBJECT },
    },
    data: {
      /** Measure -> answer; null if the item was skipped. */
      answers: { type: ParameterType.OBJECT },
      /** Measure -> seconds from onset to the last change of the answer; null if it was given earlier. */
      times: { type: ParameterType.OBJECT },
      /** Seconds from the start of the session to the frame that first showed the screen. */
      onset: { type: ParameterType.FLOAT },
      /** Clock and input device with which the times were measured. */
      clock: { type: ParameterType.STRING },
      /** Where the participant went: `on`, `back` to the screen before, or `leave`. */
      way: { type: ParameterType.STRING },
      /** Timed trials: display -> seconds from the start of the session to its onset, and its duration. */
      shown: { type: ParameterType.OBJECT },
    },
  };

  async trial(display, { screen, drafts, stage }, onLoad) {
    const kind = KINDS[screen.kind];
    if (kind?.whole) {
      onLoad();
      return kind(screen, stage, display);
    }
    const showing = new Showing(screen, stage);
    showing.build(drafts);
    await showing.appear(display);
    onLoad();
    return showing.answered;
  }
}

class Showing {
  constructor(screen, stage) {
    this.screen = screen;
    this.stage = stage;
    this.times = {};
    this.items = [];
    this.waits = [];
    this.answered = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  build(drafts) {
    const { screen, stage } = this;
    this.content = this.contentOf(screen.content);
    this.clip = clipIn(this.content);
    const panels = this.panels();
    const items = this.itemsOf(screen.asks.filter((ask) => !ask.panel), this.content);
    for (const item of this.items) {
      item.restore(drafts);
      item.control.since = (event) => this.since(event);
    }
    this.known = this.answers();
    for (const measure of Object.keys(this.known)) this.times[measure] = null;
    const label = screen.proceed || stage.texts.continue;
    this.proceed = hasButton(screen) ? make("button.proceed", { type: "submit" }, label) : null;
    const submit = (event) => {
      event.preventDefault();
      this.goOn(event);
    };
    const attributes = { noValidate: true, onsubmit: submit, "data-screen": screen.id };
    const card = make("div.card", {}, this.content, panels, items);
    const buttons = screen.ends ? null : stage.buttons;
    const foot = make("div.foot", {}, this.ways(), buttons);
    this.form = make(`form.screen.${screen.kind}`, attributes, card, foot, stage.hintLine);
    this.form.addEventListener("click", (event) => this.ignoreSecond(event), true);
  }

  /** The buttons that lead to the next screen and, where one can, back to the one before. */
  ways() {
    // Timelines of earlier versions have no `back`.
    if (!this.screen.back?.length) return this.proceed;
    const goBack = (event) => this.finish(event, "back", (item) => item.answersSoFar());
    const back = make("button.back", { type: "button", onclick: goBack }, this.stage.texts.back);
    return make("div.onward", {}, this.proceed, back);
  }

  /** The content with an id, by which questions without a prompt are named. */
  contentOf(blocks) {
    return Object.assign(contentOf(blocks, this.stage.media), { id: newId() });
  }

  /** What is shown together, each with its questions; null if the screen has no panels (or is of an earlier version). */
  panels() {
    const { screen } = this;
    if (!screen.panels?.length) return null;
    const panels = screen.panels.map((panel, place) => {
      const content = this.contentOf(panel.content);
      const asks = screen.asks.filter((ask) => ask.panel === place + 1);
      const labelledBy = panel.content.length ? content : this.content;
      const items = this.itemsOf(asks, labelledBy) ?? make("div.items");
      return make("div.panel", { role: "group", "aria-labelledby": labelledBy.id }, content, items);
    });
    return make("div.panels", {}, ...panels);
  }

  /** An element with the items of some questions, which are added to those of the screen; null if there are none. */
  itemsOf(asks, labelledBy) {
    if (!asks.length) return null;
    const kind = KINDS[this.screen.kind];
    const changed = (item, event) => this.changed(item, event);
    const groups = kind.together ? [asks] : asks.map((ask) => [ask]);
    const items = groups.map((each) => new Item(each, kind, this.stage, labelledBy.id, changed));
    this.items.push(...items);
    // In a panel, there is no room for a table.
    const style = haveSameOptions(asks) && !asks[0].panel ? "div.items.alike" : "div.items";
    return make(style, {}, ...items.map((item) => item.element));
  }

  /** Ignore the second click of a double click, so that it does not answer a screen that the participant has not seen. */
  ignoreSecond(event) {
    if (event.detail < 2 || event.timeStamp - this.onset > DOUBLE_CLICK) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Show the complete screen, and record the time of the frame that shows it. */
  async appear(display) {
    const { stage, form } = this;
    form.classList.add("is-coming");
    document.body.classList.remove("is-timed");
    display.append(form);
    for (const source of await picturesReady(form)) stage.note("picture_failed", { source });
    if (this.clip && !(await this.clip.isReady())) this.clip.fail("cannot be decoded");
    form.classList.remove("is-coming");
    this.onset = await new Promise((resolve) => requestAnimationFrame(resolve));
    this.heldBefore = stage.heldFor;
    stage.shown(this.screen);
    stage.notePeriod("begin", this.screen, this.onset);
    if (this.screen.until) this.awaitExperimenter();
    this.focus();
    stage.onLeave = () => this.finish(null, "leave");
    if (this.clip) void this.begin();
    else this.startTimes();
    form.dataset.onset = this.onset;
    // For tests and simulated participants: from here on input is accepted.
    form.classList.add("is-shown");
  }

  /** Begin the film or sound, and the screen's times with it. */
  async begin() {
    const { clip, stage, screen } = this;
    const held = () => clip.hold(stage.isHeld);
    stage.held.addEventListener("change", held);
    this.waits.push({ stop: () => stage.held.removeEventListener("change", held) }, clip);
    clip.onFailure = (reason) => this.withoutClip(reason);
    if (screen.at_least > 0) this.disableProceed();
    if (clip.hasFailed || !(await clip.begin(stage.texts.start))) {
      this.withoutClip("cannot be played");
      return;
    }
    if (clip.wasAsked) this.beginAgain();
    if (clip.ends) void clip.ended.then(() => this.timeUp());
    else this.startTimes();
  }

  /** Count the time of the screen from now: a button had to start its film or sound. */
  beginAgain() {
    this.stage.note("clip_delayed", { seconds: this.since(null) });
    this.onset = performance.now();
    this.heldBefore = this.stage.heldFor;
    this.form.dataset.onset = this.onset;
  }

  /** Show a sentence and a button in place of a film or sound that cannot be played. */
  withoutClip(reason) {
    const { clip, stage } = this;
    if (!clip.element.isConnected) return;
    stage.note("clip_failed", { source: clip.address, reason });
    clip.element.replaceWith(make("div.note", { role: "alert" }, make("p", {}, stage.texts.clip_failed)));
    for (const wait of this.waits) wait.stop();
    this.enableProceed();
    if (this.proceed) return;
    this.proceed = make("button.proceed", { type: "submit" }, stage.texts.continue);
    this.form.querySelector(".foot").prepend(this.proceed);
  }

  /** Start what the screen's times decide: when one can go on, and when the screen ends by itself. */
  startTimes() {
    const { stage, screen } = this;
    // Timelines of earlier versions have neither `at_most` nor `countdown`.
    const ends = screen.duration || screen.at_most || 0;
    const tick = screen.countdown ? (seconds) => stage.showTime(seconds) : undefined;
    this.waits.push(stage.countdown(screen.at_least, () => this.enableProceed(), ends ? undefined : tick));
    if (screen.at_least > 0) this.disableProceed();
    if (ends) this.waits.push(stage.countdown(ends, () => this.timeUp(), tick));
  }

  /** End the screen when the experimenter presses Shift and Enter. */
  awaitExperimenter() {
    const pressed = (event) => {
      if (event.key !== "Enter" || !event.shiftKey || event.repeat || this.stage.isHeld) return;
      event.preventDefault();
      this.finish(event, "on");
    };
    document.addEventListener("keydown", pressed, true);
    this.waits.push({ stop: () => document.removeEventListener("keydown", pressed, true) });
  }

  /** End the screen with the answers so far. */
  timeUp() {
    for (const item of this.items) {
      if (item.skipped) continue;
      for (const [measure, answer] of Object.entries(item.lastAnswers())) {
        if (answer === null) this.times[measure] = null;
      }
    }
    this.finish(null, "on", (item) => item.lastAnswers());
  }

  /** Disable the button until the minimum time is over; it fills up as time passes. */
  disableProceed() {
    this.proceed?.setAttribute("aria-disabled", "true");
    this.proceed?.style.setProperty("--wait", `${this.screen.at_least}s`);
  }

  enableProceed() {
    this.proceed?.removeAttribute("aria-disabled");
  }

  /** Move the focus to the screen's heading or, if there is none, to its text or its first prompt. */
  focus() {
    window.scrollTo(0, 0);
    if (KINDS[this.screen.kind]?.stays) {
      this.items[0].control.focus();
      return;
    }
    const text = this.form.querySelector(".content:not(:empty), .prompt");
    const first = this.content.querySelector("h1") ?? text ?? this.form;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
  }

  since(event) {
    const stamp = event ? event.timeStamp : performance.now();
    return Math.max(0, stamp - this.onset - (this.stage.heldFor - this.heldBefore)) / 1000;
  }

  changed(item, event) {
    const now = this.answers();
    for (const { measure } of item.asks) {
      // Of the parts of a question, those that have changed.
      if (!item.isTogether || now[measure] !== this.known[measure]) this.times[measure] = this.since(event);
    }
    this.known = now;
    this.stage.answered(now);
  }

  /** The answers so far, without unanswered items. */
  answers(of = (item) => item.answers()) {
    return Object.assign({}, ...this.items.map(of));
  }

  goOn(event) {
    // Without a button, Enter in a field submits the form too.
    if (!this.proceed || this.proceed.getAttribute("aria-disabled") === "true") return;
    const problems = this.items.map((item) => item.problem());
    this.items.forEach((item, place) => item.showProblem(problems[place]));
    const first = problems.findIndex(Boolean);
    if (first >= 0) this.items[first].control.focus();
    else this.finish(event, "on");
  }

  endControls(seconds) {
    for (const { control, asks } of this.items.filter((item) => item.control.ended)) {
      control.ended(seconds);
      for (const { measure } of asks) this.times[measure] = seconds;
    }
  }

  finish(event, way, of) {
    for (const wait of this.waits) wait.stop();
    this.stage.showTime(undefined);
    this.stage.onLeave = null;
    if (way === "leave") this.times.leave = this.since(event);
    else if (!this.items.length) this.times[this.screen.kind] = this.since(event);
    // A screen that ends by itself does so at its time, whenever the browser comes to it.
    else this.endControls(event ? this.since(event) : this.screen.at_most);
    if (way === "on") {
      const held = (this.stage.heldFor - this.heldBefore) / 1000;
      this.stage.notePeriod("end", this.screen, this.onset, { seconds: this.since(event), held });
    }
    this.resolve({
      answers: this.answers(of),
      times: this.times,
      onset: (this.onset - this.stage.start) / 1000,
      clock: `${CLOCK}; ${this.stage.device}`,
      way,
    });
  }
}

/** Whether there are several items, all with the same options: they are then shown as a table. */
function haveSameOptions(asks) {
  const options = new Set(asks.map((ask) => JSON.stringify(ask.options)));
  return asks.length > 1 && options.size === 1 && asks[0].options.length > 0;
}
