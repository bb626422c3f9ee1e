/**
 * give: an amount is divided between keeping and giving. The answer is the amount given.
 *
 * Nothing is divided until the participant does it. Few units are drawn as bills, with a button for
 * each amount; many are a line.
 */

import { make } from "../element.js";
import { Line } from "../line.js";
import { moneyText, stepsOf, valueAt } from "../numerals.js";
import { Radios } from "../radios.js";
import { RESPONSE, SCREEN, VERSION, showScreen } from "../showing.js";

export class Give {
  static info = { name: "give", version: VERSION, parameters: SCREEN, data: RESPONSE };

  trial(display, trial, onLoad) {
    return showScreen(display, trial, onLoad, division);
  }
}

const MOST_BILLS = 12;

function division(ask, names, changed) {
  const table = new Table(ask, names.texts);
  const told = (event) => {
    table.show(control.answer());
    changed(event);
  };
  const isFew = stepsOf(ask) <= MOST_BILLS;
  const part = isFew ? amounts(ask, told) : amountLine(ask, names, told);
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
}

function amounts(ask, changed) {
  const values = Array.from({ length: stepsOf(ask) + 1 }, (_, step) => valueAt(ask, step));
  const points = values.map((value) => ({
    value,
    label: `${ask.high_label} ${moneyText(value, ask.money)}`,
    face: [make("span", {}, moneyText(value, ask.money))],
  }));
  const radios = new Radios(points, changed, "label.amount");
  return Object.assign(radios, { element: make("div.amounts", {}, ...radios.labels) });
}

function amountLine(ask, names, changed) {
  const spoken = (value) =>
    value === undefined ? names.texts.give_hint : `${ask.high_label} ${moneyText(value, ask.money)}`;
  return new Line(ask, names, changed, spoken);
}

/** What is kept and what is given, with the bills on their sides; between them what is not divided yet. */
class Table {
  constructor(ask, texts) {
    this.ask = ask;
    const steps = stepsOf(ask);
    this.bills = Array.from({ length: steps <= MOST_BILLS ? steps : 0 }, () =>
      make("span.bill", {}, moneyText(ask.step, ask.money)),
    );
    this.kept = make("output.sum", {});
    this.given = make("output.sum", {});
    this.keptTray = make("div.tray", {});
    this.givenTray = make("div.tray", {});
    this.pile = make("div.pile", {});
    const side = (name, label, sum, tray) =>
      make(`div.side.${name}`, {}, make("div.label", {}, label, " ", sum), tray);
    this.element = make(
      "div.table",
      { "aria-hidden": "true" },
      this.pile,
      side("keep", ask.low_label || texts.keep, this.kept, this.keptTray),
      side("gift", ask.high_label || texts.give, this.given, this.givenTray),
    );
  }

  /** @param {number|undefined} given */
  show(given) {
    const { ask } = this;
    this.element.classList.toggle("is-divided", given !== undefined);
    if (given === undefined) {
      this.pile.append(...this.bills);
      this.kept.textContent = this.given.textContent = "";
      return;
    }
    const steps = Math.round((given - ask.low) / ask.step);
    const cut = this.bills.length - steps;
    this.keptTray.append(...this.bills.slice(0, Math.max(0, cut)));
    this.givenTray.append(...this.bills.slice(Math.max(0, cut)));
    this.kept.textContent = moneyText(ask.high - given, ask.money);
    this.given.textContent = moneyText(given, ask.money);
  }
}
