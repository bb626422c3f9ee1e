/** pick: one of many options, from a list of the browser. The answer is the option's value. */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";

KINDS.pick = (ask, { prompt, fault, texts }, changed) => {
  const none = make("option", { value: "" }, texts.pick);
  const options = ask.options.map(({ value, label }) => make("option", { value: String(value) }, label));
  const attributes = { "aria-labelledby": prompt, "aria-describedby": fault };
  const element = make("select.pick-list", { ...attributes, onchange: changed }, none, ...options);
  return {
    element,
    group: false,
    answer: () => ask.options[element.selectedIndex - 1]?.value,
    set(answer) {
      element.selectedIndex = ask.options.findIndex(({ value }) => value === answer) + 1;
    },
    clear() {
      element.selectedIndex = 0;
    },
    focus: () => element.focus(),
  };
};
