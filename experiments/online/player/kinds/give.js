/**
 * give: an amount is divided between keeping and giving. The answer is the amount given.
 *
 * Nothing is divided in advance. There is a button for each amount or, where these would be too many, a line
 * to mark.
 */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";
import { Line } from "../line.js";
import { moneyText, stepsOf, valueAt } from "../numerals.js";
import { Radios } from "../radios.js";

const MAX_BUTTONS = 24;
const MAX_PIECES = 24;
const PIECES_IF_MORE_STEPS = 20;
/** Milliseconds between two digits within which they form one number. */
const DIGIT_GAP = 1000;

KINDS.give = (ask, names, changed) => {
  const table = new Table(ask, names.texts);
  const onChange = (event) => {
    table.show(control.answer());
    changed(event);
  };
  const isFew = stepsOf(ask) < MAX_BUTTONS;
  const input = isFew ? amounts(ask, onChange) : amountLine(ask, names, onChange);
  const control = {
    element: make("div.give-table", {}, table.element, input.element),
    group: isFew,
    answer: () => input.answer(),
    focus: () => input.focus(),
    set(answer) {
      input.set(answer);
      table.show(answer);
    },
    clear() {
      input.clear();
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

/** Combine digits typed in quick succession into one number, as long as some amount begins with it. */
function typedAmount(values) {
  const names = values.map(String);
  let typed = "";
  let typedAt = -Infinity;
  return (digit, time) => {
    const tries = time - typedAt < DIGIT_GAP ? [typed + digit, digit] : [digit];
    typed = tries.find((number) => names.some((name) => name.startsWith(number))) ?? "";
    typedAt = time;
    return names.indexOf(typed);
  };
}

/** The number of items per row, at most `max`, with which rows are as even as possible. */
function evenly(count, max) {
  return Math.ceil(count / Math.ceil(count / max));
}

function amountLine(ask, names, changed) {
  const spoken = (value) =>
    value === undefined ? names.texts.mark_hint : `${ask.high_label} ${moneyText(value, ask.money)}`;
  const line = new Line(ask, names, changed, spoken);
  return Object.assign(line, { element: line.track });
}

/**
 * Two trays with their sums. Until there is an answer, they look like a single grey tray with all pieces in the
 * middle.
 *
 * Pieces are banknotes, or coins if steps are smaller than one; if there are too many steps to see at a glance,
 * one piece represents several.
 */
class Table {
  constructor(ask, texts) {
    this.ask = ask;
    const steps = stepsOf(ask);
    const count = steps <= MAX_PIECES ? steps : PIECES_IF_MORE_STEPS;
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
