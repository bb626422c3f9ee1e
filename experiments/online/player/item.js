/**
 * One item: its prompt, control, skip button and error message.
 *
 * @typedef {{element: HTMLElement, set: (answer: string|number) => void, clear: () => void,
 *   answer: () => string|number|undefined, problem?: () => string, focus: () => void,
 *   group: boolean}} Control
 *   `answer` is undefined as long as there is none; `problem`: an error message if the input is invalid;
 *   `group`: whether the element contains radio buttons, which the item then labels as one group.
 */

import { emphasised } from "./content.js";
import { make, newId } from "./element.js";

export class Item {
  /**
   * @param {object} ask
   * @param {Function} makeControl one of `KINDS`
   * @param {{texts: object, media: string}} stage
   * @param {string} labelledBy id of the element that labels the control if the item has no prompt
   * @param {(item: Item, event: Event) => void} changed
   */
  constructor(ask, makeControl, { texts, media }, labelledBy, changed) {
    this.ask = ask;
    this.texts = texts;
    this.skipped = false;
    const promptId = ask.prompt ? newId() : labelledBy;
    this.faultId = newId();
    this.control = makeControl(
      ask,
      { prompt: promptId, fault: this.faultId, texts, required: ask.required, media },
      (event) => {
        this.setSkipped(false);
        this.showProblem("");
        changed(this, event);
      },
    );
    this.fault = make("p.fault", { id: this.faultId, role: "alert" });
    this.skip = ask.required ? null : this.skipButton(changed);
    this.element = this.frame(promptId);
  }

  frame(promptId) {
    const { ask, control } = this;
    const prompt = ask.prompt
      ? make("div.prompt", { id: promptId }, ...emphasised(ask.prompt))
      : null;
    const role = control.group
      ? {
          role: "radiogroup",
          "aria-labelledby": promptId,
          "aria-describedby": this.faultId,
          "aria-required": ask.required,
        }
      : {};
    const attributes = { "data-measure": ask.measure, ...role };
    return make("div.item", attributes, prompt, control.element, this.skip, this.fault);
  }

  skipButton(changed) {
    const press = (event) => {
      this.setSkipped(!this.skipped);
      this.showProblem("");
      changed(this, event);
    };
    const attributes = { "aria-pressed": "false", "data-skip": this.ask.measure };
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

  /** The answer: null if skipped, undefined if there is none yet. */
  answer() {
    return this.skipped ? null : this.control.answer();
  }

  /** Restore an answer that was given before an interruption. */
  restore(answer) {
    if (answer === null) this.setSkipped(true);
    else this.control.set(answer);
  }

  /** A message about what is missing or invalid; empty if the participant can continue. */
  problem() {
    const invalid = this.skipped ? "" : (this.control.problem?.() ?? "");
    if (invalid || this.answer() !== undefined) return invalid;
    return this.ask.required ? this.texts.required : this.texts.choose_one;
  }

  showProblem(text) {
    this.fault.textContent = text;
    this.element.classList.toggle("is-missing", text !== "");
  }
}
