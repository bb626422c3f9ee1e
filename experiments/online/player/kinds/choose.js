/** choose: one of several options is chosen. The answer is the option's value. */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";
import { Radios } from "../radios.js";

KINDS.choose = (ask, { media }, changed) => {
  const hasPictures = ask.options.some((option) => option.image);
  const points = ask.options.map((option) => ({ value: option.value, face: face(option, media) }));
  const radios = new Radios(points, changed, "label.option");
  const element = make(hasPictures ? "div.options.pictured" : "div.options", {}, ...radios.labels);
  radios.takeDigits(element, (digit) => Number(digit) - 1);
  return Object.assign(radios, { element, group: true });
};

function face(option, media) {
  // The label next to it describes the picture.
  const picture = option.image ? make("img", { src: media + option.image, alt: "" }) : null;
  return [picture, make("span", {}, option.label)].filter(Boolean);
}
