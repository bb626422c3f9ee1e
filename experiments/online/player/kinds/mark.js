/** mark: participants set a mark on a line with labelled ends. The answer is a number from `low` to `high`. */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";
import { Line } from "../line.js";
import { valueText } from "../numerals.js";

KINDS.mark = (ask, names, changed) => {
  const spoken = (value) => (value === undefined ? names.texts.mark_hint : valueText(value));
  const line = new Line(ask, names, changed, spoken);
  const ends = make("div.ends", {}, make("span", {}, ask.low_label), make("span", {}, ask.high_label));
  return Object.assign(line, { element: make("div.mark-line", {}, line.track, ends), group: false });
};
