/**
 * split: an amount is divided among several boxes, with a line for each. No box can take more than the others leave;
 * once nothing is left, the boxes that are still open are empty.
 */

import { make, newId } from "../element.js";
import { KINDS } from "../kinds.js";
import { Line } from "../line.js";
import { fixed, moneyText } from "../numerals.js";

KINDS.split = (asks, names, changed) => {
  const [{ high: whole, step, money }] = asks;
  const given = () => lines.map((line) => line.answer() ?? 0);
  const left = () => Number(fixed(whole - given().reduce((sum, amount) => sum + amount, 0), 9));
  const isBegun = () => lines.some((line) => line.answer() !== undefined);
  const onChange = (event) => {
    if (!left()) for (const line of lines) if (line.answer() === undefined) line.set(0);
    show();
    changed(event);
  };
  const spoken = (value) => (value === undefined ? names.texts.mark_hint : moneyText(value, money));
  const labels = asks.map(({ prompt }) => make("span", { id: newId() }, prompt));
  const lines = asks.map((ask, at) => new Line(ask, { ...names, prompt: labels[at].id }, onChange, spoken));
  lines.forEach((line, at) => {
    const own = () => given()[at];
    line.most = () => Math.round((left() + own()) / step);
  });
  const amounts = asks.map(() => make("strong", {}));
  const rest = make("p.left", { "aria-live": "polite" });
  const rows = asks.map(({ measure }, at) =>
    make("div.part", { "data-measure": measure }, make("div.named", {}, labels[at], amounts[at]), lines[at].track),
  );
  const toDivide = () => names.texts.left_to_divide.replace("{amount}", () => moneyText(left(), money));
  const show = () => {
    lines.forEach((line, at) => {
      const amount = line.answer();
      amounts[at].textContent = amount === undefined ? "–" : moneyText(amount, money);
    });
    rest.textContent = toDivide();
  };
  show();
  return {
    element: make("div.boxes", {}, ...rows, rest),
    answer() {
      const all = asks.map(({ measure }, at) => [measure, lines[at].answer()]);
      return Object.fromEntries(all.filter(([, amount]) => amount !== undefined));
    },
    problem: () => (isBegun() && left() ? toDivide() : ""),
    set(answers) {
      asks.forEach(({ measure }, at) => {
        if (typeof answers[measure] === "number") lines[at].set(answers[measure]);
      });
      show();
    },
    clear() {
      for (const line of lines) line.clear();
      show();
    },
    focus: () => lines[0].focus(),
  };
};
KINDS.split.together = true;
