/**
 * The course of a timed trial: which display each frame shows, and what the keys mean. A port of
 * `experiments/timeline/timed_run.py`; tests check that both do the same. All times are seconds on one clock.
 */

export class TimedRun {
  /**
   * @param {object} screen
   * @param {number} period seconds between two frames
   */
  constructor(screen, period) {
    Object.assign(this, { screen, period });
    /** What the next frame shows; null after the last display. */
    this.version = null;
    this.answers = {};
    /** Measure -> seconds from the onset of its display. */
    this.times = {};
    /** Display -> its onset and its duration. */
    this.shown = {};
    this.place = -1;
    this.onset = null;
    this.next();
  }

  /** The display that is shown now, or at the next frame; null after the last. */
  get display() {
    return this.version === null ? null : this.screen.displays[this.place];
  }

  /** The question that a key answers now. */
  get asked() {
    return this.display === null || this.onset === null ? undefined : this.askOf(this.display.ask);
  }

  /** Whether a wrong key was pressed, and the right one is awaited. */
  get isWrong() {
    const ask = this.asked;
    return Boolean(ask?.until_right) && ask.measure in this.answers && !(ask.measure in this.times);
  }

  askOf(measure) {
    return this.screen.asks.find((ask) => ask.measure === measure);
  }

  /** Take note of a frame; the frame that shows a display ends the one before it. */
  flipped(time) {
    if (this.onset !== null) return;
    const before = Object.values(this.shown).at(-1);
    if (before) before[1] = time - before[0];
    if (this.display === null) return;
    this.onset = time;
    this.shown[this.display.name] = [time, 0];
  }

  /** Take note of a key press, if the display asks for the key. */
  key(name, time) {
    const ask = this.asked;
    if (!ask || !Object.hasOwn(ask.keys, name)) return;
    const since = time - this.onset;
    if (since < 0 || ask.measure in this.times) return;
    const answer = ask.keys[name];
    if (!(ask.measure in this.answers)) {
      this.answers[ask.measure] = answer;
      const first = `${ask.measure}.first`;
      if (this.askOf(first)) {
        this.answers[first] = answer;
        this.times[first] = since;
      }
    }
    if (!ask.until_right || answer === ask.correct) this.times[ask.measure] = since;
  }

  /** Go on to the next display if the next frame, due at this time, is closest to the end of this one. */
  advance(due) {
    const { display } = this;
    if (display === null || this.onset === null) return;
    const since = due - this.onset;
    const half = 0.5 * this.period;
    const isAnswered = display.ask in this.times && !display.fixed;
    const isOver = display.seconds > 0 && since >= display.seconds - half;
    if ((isAnswered && since >= display.at_least - half) || isOver) this.next();
  }

  /** Go to the next display that has something to show after the answers so far. */
  next() {
    if (this.display?.ask && !(this.display.ask in this.answers)) this.answers[this.display.ask] = null;
    this.onset = null;
    for (let place = this.place + 1; place < this.screen.displays.length; place += 1) {
      const version = versionFor(this.screen.displays[place], this.resultOf(this.screen.displays[place].of));
      if (!version) continue;
      this.version = version;
      this.place = place;
      return;
    }
    this.version = null;
  }

  /** Whether an answer of the trial is right, wrong or late; null if there is none yet. */
  resultOf(measure) {
    const ask = this.askOf(measure);
    if (!ask || !(measure in this.answers)) return null;
    const answer = this.answers[measure];
    if (answer === null) return "late";
    return ask.correct === null || ask.correct === answer ? "right" : "wrong";
  }

  /** The response after the last display; `start` is that of the session. */
  response(start, clock) {
    const measures = this.screen.asks.map(({ measure }) => measure);
    const shown = Object.entries(this.shown).map(([name, [onset, lasts]]) => [name, [onset - start, lasts]]);
    return {
      answers: Object.fromEntries(measures.map((measure) => [measure, this.answers[measure] ?? null])),
      times: Object.fromEntries(measures.map((measure) => [measure, this.times[measure] ?? null])),
      onset: shown[0]?.[1][0] ?? 0,
      clock,
      way: "on",
      shown: Object.fromEntries(shown),
    };
  }
}

function versionFor(display, result) {
  return display.versions.find(({ results }) => !results.length || results.includes(result)) ?? null;
}
