/**
 * The session run: one participant's course through one timeline. A port of `experiments/timeline/session_run.py` and
 * `experiments/timeline/timeline.py`; tests check that both give the same rows.
 *
 * @typedef {string|number|null} Answer
 * @typedef {{answers: Object<string, Answer>, times: Object<string, number|null>, onset: number,
 *   clock: string, way: "on"|"back"|"leave"}} Response
 * @typedef {{participant: string, session: string, simulated: boolean, renderer: string}} SessionIdentity
 */

import { moneyText, rounded, valueText } from "./numerals.js";

/** The current date and time in the format of the column `time`. */
export function now() {
  return new Date().toISOString();
}

/** Outcome of an entry: the answers are known that decide which slot is taken. */
export const ENTERED = "entered";

export class SessionRun {
  /**
   * @param {object} timeline
   * @param {SessionIdentity} identity
   * @param {() => string} clock
   * @param {Object<string, Answer>} kept answers that stay on this device, from before an interruption
   */
  constructor(timeline, identity, clock = now, kept = {}) {
    this.timeline = timeline;
    this.identity = identity;
    this.clock = clock;
    this.sequence = 0;
    /** How the session ended: empty until it does, then the `ends` of its last screen. */
    this.outcome = "";
    this.visits = new Map();
    /** Screen -> how many of its visits ended with Back. */
    this.wentBack = new Map();
    /** Screen to which a participant came back, or from which they went back -> the answers that it had. */
    this.entered = new Map();
    this.answers = new Map();
    /** Last answers that stay on the device, for texts and conditions of later screens. */
    this.kept = { ...kept };
    /** Whether the participant left early (and continued with debriefing and payment). */
    this.left = false;
    this.at = timeline.screens[0];
  }

  /**
   * The current screen with its texts filled in; null after the end of the session. Its `back` is the one screen to
   * which Back leads now, if it leads anywhere.
   */
  current() {
    if (this.at === null) return null;
    const screen = filled(this.at, this.answerTo);
    if (!screen.back?.length) return screen;
    const before = this.before(this.at);
    return { ...screen, back: before ? [before.id] : [] };
  }

  /** The answers that the current screen had before the participant went back; null: skipped. */
  drafts() {
    return this.entered.get(this.at?.id) ?? {};
  }

  /** The screen to which Back leads; undefined if it leads nowhere: after leaving, the screens lead on to the end. */
  before(screen) {
    return this.left ? undefined : screenBefore(this.timeline, screen, this.answerTo);
  }

  /** The last answer to a measure on a screen. */
  answerTo = (screen, measure) => this.answers.get(keyOf(screen, measure));

  /** How often the current screen has been shown, including this time. */
  get visit() {
    return this.at === null ? 0 : (this.visits.get(this.at.id) ?? 0) + 1;
  }

  /**
   * Record the response to the current screen, return its rows, and move to the next screen.
   *
   * @param {Response} response
   * @returns {object[]}
   */
  take(response) {
    const screen = this.at;
    if (screen === null) {
      throw new Error("the session has ended; there is no screen to respond to");
    }
    const rows = this.rowsOf(screen, response);
    for (const { local, measure } of screen.asks) {
      if (local && response.answers[measure] !== undefined) this.kept[keyOf(screen.id, measure)] = response.answers[measure];
    }
    for (const row of rows) this.follow(row, response.way);
    this.go(screen, response.answers, response.way);
    return rows;
  }

  /**
   * Restore the state of an interrupted session from its rows.
   *
   * @param {object[]} rows
   */
  replay(rows) {
    let waiting = [];
    for (const row of rows) {
      const screen = this.at;
      if (screen === null || row.screen !== screen.id) {
        const where = screen === null ? "the end" : screen.id;
        throw new Error(
          `row ${row.sequence} is about the screen '${row.screen}', but the timeline is at ${where}`,
        );
      }
      waiting.push(row);
      const way = WAYS[row.status] ?? "on";
      this.follow(row, way);
      if (way === "leave" || waiting.length === rowsOn(screen)) {
        const answers = Object.fromEntries(waiting.map((item) => [askedIn(item), this.answerOf(item)]));
        this.go(screen, answers, way);
        waiting = [];
      }
    }
  }

  /** Count a row and store its answer. */
  follow(row, way) {
    this.sequence = row.sequence + 1;
    this.left ||= way === "leave";
    if (way === "on") this.answers.set(keyOf(row.screen, askedIn(row)), this.answerOf(row));
  }

  /** The answer of a row; `UNKNOWN` if it stayed on another device. */
  answerOf(row) {
    const answer = typed(row);
    if (answer !== null || row.status !== "answered") return answer;
    return this.kept[keyOf(row.screen, askedIn(row))] ?? UNKNOWN;
  }

  go(screen, answers, way) {
    const visits = (this.visits.get(screen.id) ?? 0) + 1;
    this.visits.set(screen.id, visits);
    if (way === "back") {
      this.goBack(screen, answers);
      return;
    }
    this.entered.delete(screen.id);
    if (way === "leave" && !screen.ends) {
      const { entry, exit } = this.timeline;
      this.at = screenById(this.timeline, isEntry(this.timeline, screen) ? entry.exit : exit);
      return;
    }
    // Who went back has not used up an attempt.
    const attempts = visits - (this.wentBack.get(screen.id) ?? 0);
    this.at = following(this.timeline, screen, answers, attempts, this.answerTo);
    if (this.at === null) this.outcome = this.endOf(screen);
  }

  /** Go to the screen before; the answers on both are entered there again, and count once one goes on. */
  goBack(screen, answers) {
    const before = this.before(screen);
    if (!before) throw new Error(`there is no way back from '${screen.id}'`);
    this.wentBack.set(screen.id, (this.wentBack.get(screen.id) ?? 0) + 1);
    const soFar = this.enteredOn(screen, (measure) => answers[measure]);
    this.entered.set(screen.id, Object.fromEntries(Object.entries(soFar).filter(([, each]) => each !== null)));
    this.entered.set(before.id, this.enteredOn(before, (measure) => this.answerTo(before.id, measure)));
    for (const left of [screen, before]) {
      for (const { measure } of left.asks) this.answers.delete(keyOf(left.id, measure));
    }
    this.at = before;
  }

  /** The answers to a screen; those that stay on a device are known there only. */
  enteredOn(screen, answerTo) {
    const entered = {};
    for (const { local, measure } of screen.asks) {
      if (!local) entered[measure] = answerTo(measure) ?? null;
      else if (keyOf(screen.id, measure) in this.kept) entered[measure] = this.kept[keyOf(screen.id, measure)];
    }
    return entered;
  }

  /** How the session ends if this screen is the last. */
  endOf(screen) {
    const atEnd = this.timeline.slot === 0 && this.timeline.entry ? ENTERED : "complete";
    return this.left ? "left" : screen.ends || atEnd;
  }

  rowsOf(screen, response) {
    if (response.way === "leave") return [this.row(screen, 0, "leave", null, "left", null, response)];
    const goesBack = response.way === "back";
    if (goesBack && !this.before(screen)) throw new Error(`there is no way back from '${screen.id}'`);
    const displays = screen.displays ?? [];
    if (!screen.asks.length && !displays.length) {
      return [this.row(screen, 0, screen.kind, null, goesBack ? "back" : "shown", null, response)];
    }
    const shown = displays.map(({ name }, place) => this.shownRow(screen, place, name, response));
    const asked = screen.asks.map((ask, index) => {
      const place = shown.length + index;
      const answer = response.answers[ask.measure] ?? (goesBack ? null : response.answers[ask.measure]);
      if (answer === undefined) throw new Error(`the response to '${screen.id}' has no answer to '${ask.measure}'`);
      if (answer === null && ask.required && !(goesBack || screen.at_most || displays.length)) {
        throw new Error(`'${ask.measure}' on '${screen.id}' cannot be skipped`);
      }
      const status = goesBack ? "back" : answer === null ? "skipped" : "answered";
      const row = this.row(screen, place, ask.measure, ask.local ? null : answer, status, ask.local ? null : ask, response);
      // The response time of a timed trial counts from the display that asks.
      const [onset] = response.shown?.[asking(screen, ask)] ?? [];
      const known = onset === undefined || ask.local ? row : { ...row, onset: rounded(onset) };
      if (!ask.panel) return known;
      const measure = ask.measure.slice(0, -`@${ask.panel}`.length);
      return { ...known, cells: { ...screen.panels[ask.panel - 1].cells }, measure, position: ask.panel };
    });
    return [...shown, ...asked];
  }

  /** The row of a display: its onset and its duration; it is skipped if the result passed it over. */
  shownRow(screen, place, display, response) {
    const [onset, seconds] = response.shown?.[display] ?? [null, null];
    const row = this.row(screen, place, display, null, onset === null ? "skipped" : "shown", null, response);
    return { ...row, onset: onset === null ? null : rounded(onset), response_time: seconds === null ? null : rounded(seconds) };
  }

  row(screen, place, measure, answer, status, ask, response) {
    const { timeline, identity } = this;
    const seconds = response.times[measure] ?? null;
    return {
      study: timeline.study,
      protocol_version: timeline.protocol_version,
      protocol_hash: timeline.protocol_hash,
      code_version: timeline.code_version,
      mode: timeline.mode,
      participant: identity.participant,
      session: identity.session,
      slot: isEntry(timeline, screen) ? 0 : timeline.slot,
      language: timeline.language,
      simulated: identity.simulated,
      renderer: identity.renderer,
      sequence: this.sequence + place,
      phase: screen.phase,
      task: screen.task,
      screen: screen.id,
      visit: this.visit,
      trial: screen.trial,
      stimulus: screen.stimulus || null,
      cells: { ...screen.cells },
      position: null,
      measure,
      value: valueText(answer),
      number: typeof answer === "number" ? answer : null,
      unit: ask?.unit || null,
      status,
      correct: status === "back" ? null : correctness(ask, answer),
      onset: rounded(response.onset),
      response_time: seconds === null ? null : rounded(seconds),
      clock: response.clock,
      time: this.clock(),
    };
  }
}

/** Status of rows -> how the participant went from the screen; of all others, on. */
const WAYS = { left: "leave", back: "back" };

/** An answer that is not known here, because it stayed on another device. */
const UNKNOWN = "…";

/** The name that the question of a row has on its screen. */
export function askedIn({ measure, position }) {
  return position ? `${measure}@${position}` : measure;
}

/** The number of rows of a screen. */
export function rowsOn(screen) {
  return Math.max(1, (screen.displays ?? []).length + screen.asks.length);
}

/** The name of the display on which a question is answered; undefined outside timed trials. */
function asking(screen, ask) {
  const measure = ask.first ? ask.measure.slice(0, -".first".length) : ask.measure;
  return (screen.displays ?? []).find((each) => each.ask === measure)?.name;
}

function keyOf(screen, measure) {
  return JSON.stringify([screen, measure]);
}

function correctness(ask, answer) {
  if (!ask || ask.correct === null || answer === null) return null;
  return answer === ask.correct;
}

function typed(row) {
  return row.number === null ? row.value : row.number;
}

/**
 * Return the next screen, or null if the session ends.
 *
 * @param {object} timeline
 * @param {object} screen the screen just answered
 * @param {Object<string, string|number|null>} answers by measure
 * @param {number} visits how often the screen has been shown, including this time
 * @param {(screen: string, measure: string) => string|number|null|undefined} answerTo
 */
function following(timeline, screen, answers, visits, answerTo) {
  if (screen.ends) return null;
  const rule = screen.after.find((each) => holds(each, answers, visits) && isBelow(each, timeline, answerTo));
  if (rule) return screenById(timeline, rule.go);
  // Without a slot, the timeline ends with its entry.
  const end = timeline.slot === 0 && timeline.entry ? timeline.entry.screens : undefined;
  const rest = timeline.screens.slice(timeline.screens.indexOf(screen) + 1, end);
  return rest.find((each) => isShown(each, answerTo)) ?? null;
}

/** The screen to which Back leads after the answers so far; undefined if it leads nowhere. */
function screenBefore(timeline, screen, answerTo) {
  return (screen.back ?? []).map((id) => screenById(timeline, id)).find((each) => isShown(each, answerTo));
}

/** Whether the conditions of a screen all hold; timelines of earlier versions have none. */
function isShown(screen, answerTo) {
  return (screen.given ?? []).every((given) => isGiven(given, answerTo));
}

const COMPARED = {
  "<": (answer, limit) => answer < limit,
  ">": (answer, limit) => answer > limit,
  "<=": (answer, limit) => answer <= limit,
  ">=": (answer, limit) => answer >= limit,
};

function isGiven(given, answerTo) {
  const answer = answerTo(given.screen, given.measure) ?? null;
  if (given.missing || answer === null) {
    return answer === null && (given.missing || given.differs.length > 0);
  }
  if (given.equals.length && !given.equals.includes(answer)) return false;
  if (given.differs.includes(answer)) return false;
  if (!given.sign) return true;
  return typeof answer === "number" && COMPARED[given.sign](answer, given.limit);
}

function holds(rule, answers, visits) {
  if (rule.visits_below !== null && visits >= rule.visits_below) return false;
  if (!rule.measure) return true;
  const answer = answers[rule.measure] ?? null;
  if (rule.equals.length && !rule.equals.includes(answer)) return false;
  if (rule.differs.length && rule.differs.includes(answer)) return false;
  return rule.below === null || (typeof answer === "number" && answer < rule.below);
}

/** Whether a screen comes before the slot is known; no screen does in timelines of earlier versions. */
function isEntry({ entry, screens }, screen) {
  if (!entry) return false;
  return screens.indexOf(screen) < entry.screens || screen.id === entry.exit;
}

/** Whether too few answers on the screens of a rule are correct; also where it is about none. */
function isBelow(rule, timeline, answerTo) {
  if (!rule.of?.length) return true;
  const asked = rule.of.flatMap((id) => {
    const { asks } = screenById(timeline, id);
    return asks.filter((ask) => ask.correct !== null && !ask.first).map((ask) => [id, ask]);
  });
  const right = asked.filter(([id, ask]) => answerTo(id, ask.measure) === ask.correct).length;
  return asked.length > 0 && right / asked.length < rule.share;
}

/** Return the screen with this id; throw an error if the timeline has none. */
function screenById(timeline, id) {
  const found = timeline.screens.find((screen) => screen.id === id);
  if (!found) throw new Error(`the timeline has no screen '${id}'`);
  return found;
}

/**
 * Return the screen with every `[[name]]` in its texts and labels replaced by what earlier answers say.
 *
 * @param {object} screen
 * @param {(screen: string, measure: string) => string|number|null|undefined} answerTo
 */
function filled(screen, answerTo) {
  if (!screen.fills.length) return screen;
  const values = screen.fills.map((fill) => [fill.name, filling(fill, answerTo)]);
  const fillIn = (text) =>
    // Not `replaceAll`, which would treat the `$1` of an amount of money as a pattern.
    values.reduce((written, [name, value]) => written.split(`[[${name}]]`).join(value), text);
  const written = (content) => content.map((block) => ({ ...block, text: fillIn(block.text) }));
  return {
    ...screen,
    content: written(screen.content),
    panels: (screen.panels ?? []).map((panel) => ({ ...panel, content: written(panel.content) })),
    asks: screen.asks.map((ask) => ({
      ...ask,
      prompt: fillIn(ask.prompt),
      options: ask.options.map((option) => ({ ...option, label: fillIn(option.label) })),
      low_label: fillIn(ask.low_label),
      high_label: fillIn(ask.high_label),
    })),
    displays: (screen.displays ?? []).map((display) => ({
      ...display,
      versions: display.versions.map((version) => ({
        ...version,
        stimuli: version.stimuli.map((stimulus) => ({ ...stimulus, text: fillIn(stimulus.text) })),
      })),
    })),
  };
}

function filling(fill, answerTo) {
  if (fill.part === "answer") return answerText(fill, answerTo(fill.screen, fill.measure) ?? null);
  // Timelines of earlier versions have no `others`.
  const answers = [fill.measure, ...(fill.others ?? [])].map((each) => answerTo(fill.screen, each));
  const given = rounded(answers.reduce((sum, each) => sum + (typeof each === "number" ? each : 0), 0));
  return moneyText(fill.part === "given" ? given : fill.of - given, fill.money);
}

/** Return an answer in the words of its option, or as an amount, or as it is in the data. */
function answerText(fill, answer) {
  const text = valueText(answer) ?? "";
  if (Object.hasOwn(fill.words, text)) return fill.words[text];
  return fill.money && typeof answer === "number" ? moneyText(answer, fill.money) : text || UNKNOWN;
}
