/**
 * select: any number of options is chosen. Once one was pressed, the answers of all are 1 or 0. An option that cannot be
 * chosen together with others clears them, and they clear it.
 */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";

KINDS.select = (asks, { texts, fault }, changed) => {
  let isAnswered = false;
  const press = (event, pressed) => {
    isAnswered = true;
    boxes.forEach((box, place) => {
      const isApart = place !== pressed && (asks[place].alone || asks[pressed].alone);
      if (boxes[pressed].checked && isApart) box.checked = false;
    });
    changed(event);
  };
  const boxes = asks.map((_, place) =>
    make("input", { type: "checkbox", "aria-describedby": fault, onchange: (event) => press(event, place) }),
  );
  const rows = asks.map(({ measure, prompt }, place) =>
    make("label.option.part", { "data-measure": measure }, boxes[place], make("span", {}, prompt)),
  );
  const answer = () =>
    isAnswered ? Object.fromEntries(asks.map(({ measure }, place) => [measure, Number(boxes[place].checked)])) : {};
  const { least, most } = asks[0];
  return {
    element: make("div.options", {}, ...rows),
    answer,
    problem() {
      if (boxes.some((box, place) => box.checked && asks[place].alone)) return "";
      const chosen = boxes.filter((box) => box.checked).length;
      if (isAnswered && chosen < Math.max(1, least)) return texts.select_least.replace("{n}", Math.max(1, least));
      return most && chosen > most ? texts.select_most.replace("{n}", most) : "";
    },
    set(answers) {
      isAnswered = true;
      boxes.forEach((box, place) => {
        box.checked = answers[asks[place].measure] === 1;
      });
    },
    clear() {
      isAnswered = false;
      for (const box of boxes) box.checked = false;
    },
    focus: () => boxes[0].focus(),
  };
};
KINDS.select.together = true;
