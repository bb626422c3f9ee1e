/** How one screen follows another: the port of `experiments/timeline.py`. */

import { moneyText } from "./numerals.js";

/**
 * Return the screen that follows, or null where the session ends.
 *
 * @param {object} timeline
 * @param {object} screen the screen just answered
 * @param {Object<string, string|number|null>} answers by measure
 * @param {number} visits how often the screen has been shown, this time included
 */
export function following(timeline, screen, answers, visits) {
  if (screen.ends) return null;
  const rule = screen.after.find((each) => holds(each, answers, visits));
  if (rule) return screenById(timeline, rule.go);
  return timeline.screens[timeline.screens.indexOf(screen) + 1] ?? null;
}

function holds(rule, answers, visits) {
  if (rule.visits_below !== null && visits >= rule.visits_below) return false;
  if (!rule.measure) return true;
  const answer = answers[rule.measure] ?? null;
  if (rule.equals.length && !rule.equals.includes(answer)) return false;
  if (rule.differs.length && rule.differs.includes(answer)) return false;
  return rule.below === null || (typeof answer === "number" && answer < rule.below);
}

/** Return the screen of that id; an unknown id is a fault of the timeline and said so. */
export function screenById(timeline, id) {
  const found = timeline.screens.find((screen) => screen.id === id);
  if (!found) throw new Error(`the timeline has no screen '${id}'`);
  return found;
}

/**
 * Return the screen with every `[[name]]` of its texts replaced by what was answered before.
 *
 * @param {object} screen
 * @param {(screen: string, measure: string) => string|number|null|undefined} given
 */
export function filled(screen, given) {
  if (!screen.fills.length) return screen;
  const values = screen.fills.map((fill) => [fill.name, filling(fill, given)]);
  const put = (text) =>
    // Split and join: `replaceAll` would read the `$1` of a sum of money as a pattern.
    values.reduce((written, [name, value]) => written.split(`[[${name}]]`).join(value), text);
  return {
    ...screen,
    content: screen.content.map((block) => ({ ...block, text: put(block.text) })),
    asks: screen.asks.map((ask) => ({ ...ask, prompt: put(ask.prompt) })),
  };
}

function filling(fill, given) {
  const answer = given(fill.screen, fill.measure);
  const amount = typeof answer === "number" ? answer : 0;
  return moneyText(fill.part === "given" ? amount : fill.of - amount, fill.money);
}
