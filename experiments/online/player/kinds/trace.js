/**
 * trace: a dial, whose mark is moved along a line for as long as the screen shows. It stays in view while the content
 * scrolls. There is no mark before the first movement. Of an interrupted screen nothing is restored: it begins again.
 */

import { emphasised } from "../content.js";
import { make, newId } from "../element.js";
import { KINDS } from "../kinds.js";
import { Line } from "../line.js";
import { valueText } from "../numerals.js";
import { answered, Recording, sampleAt } from "../trace.js";

/** Points by which a key that is held down moves the mark each time; a single press moves it by one. */
const HELD = 3;

class DialLine extends Line {
  /** The keys up and down scroll the content. */
  stepsOf(event, forward, back) {
    const step = event.repeat ? HELD : 1;
    return { [forward]: step, [back]: -step };
  }
}

KINDS.trace = (asks, { texts, fault }, changed) => {
  const [ask] = asks;
  const recording = new Recording();
  /** Seconds from onset to the end of the screen. */
  let end = Infinity;
  let sent = -1;
  const prompt = make("div.prompt", { id: newId() }, ...emphasised(ask.prompt));
  const spoken = (value) => (value === undefined ? texts.trace_hint : valueText(value));
  const control = {
    /** Seconds from onset to an event; the screen sets it. */
    since: () => 0,
    answer: () => answered(asks, ...recording.samples(end)),
    set() {},
    clear() {},
    focus: () => line.focus(),
    ended(seconds) {
      end = seconds;
    },
  };
  const moved = (event) => {
    const seconds = control.since(event);
    recording.move(seconds, line.answer());
    // Not more often than the dial is sampled.
    if (sampleAt(seconds) === sent) return;
    sent = sampleAt(seconds);
    changed(event);
  };
  const line = new DialLine(ask, { prompt: prompt.id, fault }, moved, spoken);
  const ends = make("div.ends", {}, make("span", {}, ask.low_label), make("span", {}, ask.high_label));
  const about = { "data-measure": ask.measure };
  return Object.assign(control, { element: make("div.mark-line.dial", about, prompt, line.track, ends) });
};
KINDS.trace.together = true;
KINDS.trace.stays = true;
