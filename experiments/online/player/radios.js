/** Options or scale points, of which one can be chosen: native radio buttons, for keyboards and screen readers. */

import { make, newId } from "./element.js";

/**
 * @param {{value: string|number, face: Node[], label?: string}[]} points
 *   `face`: what is shown with the button; `label`: its name for screen readers, if not the text of `face`
 * @param {(event: Event) => void} changed
 * @param {string} style class of each point
 */
export class Radios {
  constructor(points, changed, style) {
    const name = newId();
    this.points = points;
    this.inputs = points.map(({ value, label }) =>
      make("input", {
        type: "radio",
        name,
        onchange: changed,
        "data-value": value,
        "aria-label": label || undefined,
      }),
    );
    this.labels = points.map(({ face }, place) => make(style, {}, this.inputs[place], ...face));
  }

  /**
   * Let digit keys choose a point, as in the lab, but only while a point has the focus: elsewhere digits are shortcuts
   * of screen readers (WCAG 2.1.4, character key shortcuts).
   *
   * @param {HTMLElement} element contains the points
   * @param {(digit: string, time: number) => number} placeOf position of the point that a digit, typed
   *   at some time (ms), stands for; -1 if there is none
   */
  takeDigits(element, placeOf) {
    element.addEventListener("keydown", (event) => {
      const isPlain = !(event.repeat || event.ctrlKey || event.metaKey || event.altKey);
      if (!isPlain || !/^[0-9]$/.test(event.key)) return;
      const input = this.inputs[placeOf(event.key, event.timeStamp)];
      input?.focus();
      input?.click();
    });
  }

  answer() {
    return this.points[this.inputs.findIndex((input) => input.checked)]?.value;
  }

  set(answer) {
    this.inputs.forEach((input, place) => {
      input.checked = this.points[place].value === answer;
    });
  }

  clear() {
    for (const input of this.inputs) input.checked = false;
  }

  focus() {
    (this.inputs.find((input) => input.checked) ?? this.inputs[0]).focus();
  }
}
