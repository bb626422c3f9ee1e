/** choose: one of several options is chosen. The answer is the option's value. */

import { make } from "../element.js";
import { Radios } from "../radios.js";
import { RESPONSE, SCREEN, VERSION, showScreen } from "../showing.js";

export class Choose {
  static info = { name: "choose", version: VERSION, parameters: SCREEN, data: RESPONSE };

  trial(display, trial, onLoad) {
    const { media } = trial.stage;
    return showScreen(display, trial, onLoad, (ask, names, changed) =>
      options(ask, changed, media),
    );
  }
}

function options(ask, changed, media) {
  const pictured = ask.options.some((option) => option.image);
  const points = ask.options.map((option) => ({ value: option.value, face: face(option, media) }));
  const radios = new Radios(points, changed, "label.option");
  const element = make(pictured ? "div.options.pictured" : "div.options", {}, ...radios.labels);
  radios.takeDigits(element, (digit) => Number(digit) - 1);
  return Object.assign(radios, { element, group: true });
}

function face(option, media) {
  // The label beside it says what the picture shows.
  const picture = option.image ? make("img", { src: media + option.image, alt: "" }) : null;
  return [picture, make("span", {}, option.label)].filter(Boolean);
}
