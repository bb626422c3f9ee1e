/**
 * One item: its prompt, control, skip button and error message. An item has one question, or several that are parts of
 * one and are answered together.
 *
 * @typedef {{element: HTMLElement, set: (answer: string|number) => void, clear: () => void,
 *   answer: () => string|number|undefined, unfinished?: () => string|undefined,
 *   problem?: () => string, focus: () => void, group: boolean}} Control
 *   `answer` is undefined as long as there is none; `unfinished`: what there is of one; `problem`: an error message if
 *   the input is invalid; `group`: whether the element contains radio buttons, which the item then labels as one group;
 *   `ended`: called with the seconds from onset when the screen ends.
 * @typedef {object} ControlTogether
 *   The same with the answers to several questions by their measures: `answer` returns those that are given, and `set`
 *   takes them.
 */

import { emphasised } from "./content.js";
import { make, newId } from "./element.js";

export class Item {
  /**
   * @param {object[]} asks
   * @param {Function} kind one of `KINDS`
   * @param {{texts: object, media: string}} stage
   * @param {string} labelledBy id of the element that labels the control if the item has no prompt
   * @param {(item: Item, event: Event) => void} changed
   */
  constructor(asks, kind, { texts, media }, labelledBy, changed) {
    const [ask] = asks;
    this.asks = asks;
    this.required = ask.required;
    this.isTogether = Boolean(kind.together);
    this.texts = texts;
    this.skipped = false;
    this.prompt = this.isTogether ? "" : ask.prompt;
    const promptId = this.prompt ? newId() : labelledBy;
    this.faultId = newId();
    this.control = kind(
      this.isTogether ? asks : ask,
      { prompt: promptId, fault: this.faultId, texts, required: ask.required, media },
      (event) => {
        this.setSkipped(false);
        this.showProblem("");
        changed(this, event);
      },
    );
    this.fault = make("p.fault", { id: this.faultId, role: "alert" });
    // Who never moves a dial has given no answer.
    this.skip = ask.required || kind.stays ? null : this.skipButton(changed);
    this.element = this.frame(promptId);
  }

  frame(promptId) {
    const { control, isTogether } = this;
    const prompt = this.prompt ? make("div.prompt", { id: promptId }, ...emphasised(this.prompt)) : null;
    const named = { "aria-labelledby": promptId, "aria-describedby": this.faultId };
    let attributes = { "data-measure": this.asks[0].measure };
    if (isTogether) attributes = { role: "group", ...named };
    else if (control.group) {
      attributes = { ...attributes, role: "radiogroup", ...named, "aria-required": this.required };
    }
    return make("div.item", attributes, prompt, control.element, this.skip, this.fault);
  }

  skipButton(changed) {
    const press = (event) => {
      this.setSkipped(!this.skipped);
      this.showProblem("");
      changed(this, event);
    };
    const attributes = { "aria-pressed": "false", "data-skip": this.asks[0].measure };
    return make("button.skip", { type: "button", onclick: press, ...attributes }, this.texts.skip);
  }

  setSkipped(skipped) {
    this.skipped = skipped;
    if (skipped) this.control.clear();
    if (!this.skip) return;
    this.skip.setAttribute("aria-pressed", String(skipped));
    this.skip.textContent = skipped ? this.texts.skipped : this.texts.skip;
    this.element.classList.toggle("is-skipped", skipped);
  }

  /** The answers by measure: null if skipped; unanswered questions are not among them. */
  answers() {
    if (this.skipped) return Object.fromEntries(this.asks.map(({ measure }) => [measure, null]));
    const answer = this.control.answer();
    if (this.isTogether) return answer;
    return answer === undefined ? {} : { [this.asks[0].measure]: answer };
  }

  /** The answers when the screen ends by itself: what was typed counts, even if it is too short. */
  lastAnswers() {
    const open = this.control.unfinished?.() ?? null;
    const none = Object.fromEntries(this.asks.map(({ measure }) => [measure, open]));
    return { ...none, ...this.answers() };
  }

  /** The answers when the participant goes back: also a text that is too short, but nothing of what is open or skipped. */
  answersSoFar() {
    return Object.fromEntries(Object.entries(this.lastAnswers()).filter(([, answer]) => answer !== null));
  }

  /** Restore answers that were given before an interruption, by measure. */
  restore(answers) {
    const known = this.asks.filter(({ measure }) => answers[measure] !== undefined);
    if (!known.length) return;
    if (known.every(({ measure }) => answers[measure] === null)) this.setSkipped(true);
    else this.control.set(this.isTogether ? answers : answers[known[0].measure]);
  }

  /** A message about what is missing or invalid; empty if the participant can continue. */
  problem() {
    const invalid = this.skipped ? "" : (this.control.problem?.() ?? "");
    const answers = this.answers();
    if (invalid || this.asks.every(({ measure }) => answers[measure] !== undefined)) return invalid;
    return this.required ? this.texts.required : this.texts.choose_one;
  }

  showProblem(text) {
    this.fault.textContent = text;
    this.element.classList.toggle("is-missing", text !== "");
  }
}
