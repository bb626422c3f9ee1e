/** A modal question: a native dialog, so that the focus stays inside it and returns to its place afterwards. */

import { make, newId } from "./element.js";

/**
 * @param {{title: string, text: string, buttons: [string, string][]}} question buttons as name, label;
 *   Escape presses the first one
 * @returns {Promise<string>} name of the pressed button
 */
export function askInDialog({ title, text, buttons }) {
  const [titleId, textId] = [newId(), newId()];
  return new Promise((resolve) => {
    const press = (name) => () => {
      dialog.close();
      dialog.remove();
      before?.focus?.();
      resolve(name);
    };
    const before = document.activeElement;
    const dialog = make(
      "dialog",
      { "aria-labelledby": titleId, "aria-describedby": textId },
      make("h2", { id: titleId }, title),
      make("p", { id: textId }, text),
      make(
        "div.buttons",
        {},
        ...buttons.map(([name, label]) =>
          make("button", { type: "button", "data-choice": name, onclick: press(name) }, label),
        ),
      ),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      press(buttons[0][0])();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
