/**
 * give: an amount is divided between keeping and giving. The answer is the amount given.
 *
 * Nothing is divided until the participant does it. There is a button for each amount; where there would
 * be too many, a line to mark.
 */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";
import { Line } from "../line.js";
import { moneyText, stepsOf, valueAt } from "../numerals.js";
import { Radios } from "../radios.js";

const MOST_BUTTONS = 24;
const MOST_PIECES = 24;
const PIECES_OF_MANY = 20;
/** Milliseconds within which digits make one number. */
const TOGETHER = 1000;

KINDS.give = (ask, names, changed) => {
  const table = new Table(ask, names.texts);
  const divided = (event) => {
    table.show(control.answer());
    changed(event);
  };
  const isFew = stepsOf(ask) < MOST_BUTTONS;
  const part = isFew ? amounts(ask, divided) : amountLine(ask, names, divided);
  const control = {
    element: make("div.give-table", {}, table.element, part.element),
    group: isFew,
    answer: () => part.answer(),
    focus: () => part.focus(),
    set(answer) {
      part.set(answer);
      table.show(answer);
    },
    clear() {
      part.clear();
      table.show(undefined);
    },
  };
  table.show(undefined);
  return control;
};

function amounts(ask, changed) {
  const values = Array.from({ length: stepsOf(ask) + 1 }, (_, step) => valueAt(ask, step));
  const points = values.map((value) => ({
    value,
    label: `${ask.high_label} ${moneyText(value, ask.money)}`,
    face: [make("span", {}, moneyText(value, ask.money))],
  }));
  const radios = new Radios(points, changed, "label.amount");
  const element = make("div.amounts", {}, ...radios.labels);
  radios.takeDigits(element, typedAmount(values));
  element.style.setProperty("--in-a-row", String(evenly(points.length, 12)));
  element.style.setProperty("--in-a-narrow-row", String(evenly(points.length, 6)));
  return Object.assign(radios, { element });
}

/** Digits that follow each other soon make one number, as long as an amount begins with it. */
function typedAmount(values) {
  const names = values.map(String);
  let typed = "";
  let typedAt = -Infinity;
  return (digit, time) => {
    const tries = time - typedAt < TOGETHER ? [typed + digit, digit] : [digit];
    typed = tries.find((number) => names.some((name) => name.startsWith(number))) ?? "";
    typedAt = time;
    return names.indexOf(typed);
  };
}

/** How many are in a row if rows are as even as can be. */
function evenly(count, most) {
  return Math.ceil(count / Math.ceil(count / most));
}

function amountLine(ask, names, changed) {
  const spoken = (value) =>
    value === undefined ? names.texts.mark_hint : `${ask.high_label} ${moneyText(value, ask.money)}`;
  const line = new Line(ask, names, changed, spoken);
  return Object.assign(line, { element: line.track });
}

/**
 * Two trays with their sums. Before the answer there is one, with all pieces in its middle, in grey.
 *
 * Pieces are notes, or coins where steps are smaller than one; where there are more steps than one can see
 * at a glance, a piece is several.
 */
class Table {
  constructor(ask, texts) {
    this.ask = ask;
    const steps = stepsOf(ask);
    const count = steps <= MOST_PIECES ? steps : PIECES_OF_MANY;
    const style = ask.step < 1 ? "span.coin" : "span.note-of-money";
    this.pieces = Array.from({ length: count }, () => make(style, {}));
    this.pile = make("div.pieces", {});
    this.kept = side("kept", ask.low_label || texts.keep);
    this.given = side("given", ask.high_label || texts.give);
    this.element = make("div.trays", { "aria-hidden": "true" }, this.kept.element, this.pile, this.given.element);
    this.element.style.setProperty("--rows", String(Math.ceil(count / 6)));
  }

  /** @param {number|undefined} given */
  show(given) {
    const { ask, pieces } = this;
    this.element.classList.toggle("is-undivided", given === undefined);
    if (given === undefined) {
      this.pile.append(...pieces);
      this.kept.sum.textContent = this.given.sum.textContent = "–";
      return;
    }
    const moved = Math.round((pieces.length * (given - ask.low)) / (ask.high - ask.low));
    this.kept.pieces.append(...pieces.slice(0, pieces.length - moved));
    this.given.pieces.append(...pieces.slice(pieces.length - moved));
    this.kept.sum.textContent = moneyText(ask.high - given, ask.money);
    this.given.sum.textContent = moneyText(given, ask.money);
  }
}

function side(name, label) {
  const sum = make("div.sum", {});
  const pieces = make("div.pieces", {});
  return { sum, pieces, element: make(`div.tray.${name}`, {}, make("div.label", {}, label), sum, pieces) };
}
