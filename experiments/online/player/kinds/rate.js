/**
 * rate: one point of a labelled scale is chosen for each item. The answer is the point's value.
 *
 * Points are in a row in the reading direction of the page, with labels below them. On a narrow page a scale with
 * many labels becomes a list, so that no label is cut off.
 */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";
import { Radios } from "../radios.js";

const MAX_LABELS_IN_A_ROW = 5;

export const rate = (ask, names, changed) => {
  const points = ask.options.map((option) => ({
    value: option.value,
    // Screen readers read out the number of a point that has no label.
    label: option.label ? undefined : String(option.value),
    face: [
      ask.numbered ? make("span.number", { "aria-hidden": "true" }, String(option.value)) : null,
      make("span.label", {}, option.label),
    ].filter(Boolean),
  }));
  const radios = new Radios(points, changed, ask.numbered ? "label.point.numbered" : "label.point");
  const element = make(`div.scale.${styleOf(ask.options)}`, {}, ...radios.labels);
  radios.takeDigits(element, (digit) => ask.options.findIndex(({ value }) => value === Number(digit)));
  element.style.setProperty("--points", String(points.length));
  return Object.assign(radios, { element, group: true });
};

KINDS.rate = (ask, names, changed) => rate(ask, names, changed);

/** `ended`: labels only at the ends, wider than their points; `many`: a list if the page is narrow. */
function styleOf(options) {
  // Each of two points has its own label.
  if (options.length > 2 && !options.slice(1, -1).some((option) => option.label)) return "ended";
  return options.filter((option) => option.label).length > MAX_LABELS_IN_A_ROW ? "many" : "labelled";
}
