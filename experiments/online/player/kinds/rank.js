/** rank: options get their places, from 1, in the order in which they are pressed; pressed again, they lose them. */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";

KINDS.rank = (asks, { texts, fault }, changed) => {
  /** The measures in the order of their places. */
  let order = [];
  const buttons = asks.map(({ measure, prompt }) => {
    const badge = make("span.place", {});
    const press = (event) => {
      order = order.includes(measure) ? order.filter((each) => each !== measure) : [...order, measure];
      show();
      changed(event);
    };
    const attributes = { type: "button", "data-measure": measure, "aria-describedby": fault, onclick: press };
    return make("button.option.part", attributes, badge, make("span", {}, prompt));
  });
  const show = () => {
    asks.forEach(({ measure }, at) => {
      const place = order.indexOf(measure) + 1;
      buttons[at].setAttribute("aria-pressed", String(place > 0));
      buttons[at].firstChild.textContent = place || "";
    });
  };
  show();
  return {
    element: make("div.options", {}, ...buttons),
    answer: () => Object.fromEntries(order.map((measure, at) => [measure, at + 1])),
    problem: () => (order.length && order.length < asks.length ? texts.rank_all : ""),
    set(answers) {
      const ranked = asks.map(({ measure }) => measure).filter((measure) => answers[measure] > 0);
      order = ranked.sort((one, other) => answers[one] - answers[other]);
      show();
    },
    clear() {
      order = [];
      show();
    },
    focus: () => buttons[0].focus(),
  };
};
KINDS.rank.together = true;
