/**
 * The trace of a dial: its movements, sampled 10 times per second. A port of `experiments/measures/trace.py`; tests check
 * that both give the same answers.
 */

import { fixed } from "./numerals.js";

const PER_SECOND = 10;

/** The number of the first sample at this time or after it, from 0. */
export function sampleAt(seconds) {
  return Math.ceil(Number(fixed(seconds * PER_SECOND, 6)));
}

export class Recording {
  constructor() {
    /** The first sample that each movement decides, and the value from then on. */
    this.moves = [];
  }

  /** Record a movement, seconds after the onset. */
  move(seconds, value) {
    this.moves.push([sampleAt(seconds), value]);
  }

  /** The samples until some seconds after the onset (by default until the last movement): the first one, and values. */
  samples(seconds = Infinity) {
    if (!this.moves.length) return [0, []];
    const first = this.moves[0][0];
    const end = seconds === Infinity ? this.moves.at(-1)[0] + 1 : sampleAt(seconds);
    const values = [];
    this.moves.forEach(([sample, value], place) => {
      const until = Math.min(this.moves[place + 1]?.[0] ?? end, end);
      for (let at = Math.max(sample, first); at < until; at++) values.push(value);
    });
    return [first, values];
  }
}

/**
 * The answers to the questions of a screen that samples give: the trace, its mean, peak and slope; null without one.
 *
 * @param {object[]} asks
 * @param {number} first number of the first sample
 * @param {number[]} values
 */
export function answered(asks, first, values) {
  const parts = values.length ? [written(first, values), ...summary(values)] : asks.map(() => null);
  return Object.fromEntries(asks.map(({ measure }, place) => [measure, parts[place]]));
}

function written(first, values) {
  return `${Math.floor(first / PER_SECOND)}.${first % PER_SECOND}: ${values.join(" ")}`;
}

/** Mean, peak and slope in points per minute; all sums are of whole numbers, so that they are as in Python. */
function summary(values) {
  const n = values.length;
  const total = values.reduce((sum, value) => sum + value, 0);
  const places = (n * (n - 1)) / 2;
  const squares = (places * (2 * n - 1)) / 3;
  const products = values.reduce((sum, value, place) => sum + place * value, 0);
  const across = 60 * PER_SECOND * (n * products - places * total);
  const slope = n > 1 ? toThousandths(across / (n * squares - places * places)) : null;
  return [toThousandths(total / n), Math.max(...values), slope];
}

/** Without a negative zero, whose text differs from that of zero. */
function toThousandths(amount) {
  return Number(fixed(amount, 3)) + 0;
}
