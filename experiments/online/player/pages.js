/** Pages before, between and after the screens: a title, a text, and buttons. */

import { make } from "./element.js";

/**
 * @param {HTMLElement} root
 * @param {{title: string, text?: string, buttons?: [string, string, string?][]}} page buttons as name,
 *   label, and language of the label
 * @returns {Promise<string>} name of the pressed button; never resolves if there is none
 */
export function showPage(root, { title, text = "", buttons = [] }) {
  return new Promise((resolve) => {
    const heading = make("h1", { tabIndex: -1 }, title);
    const paragraphs = text.split(/\n\s*\n/).filter(Boolean);
    const choices = buttons.map(([name, label, lang]) =>
      make(
        "button.proceed",
        { type: "button", lang, "data-choice": name, onclick: () => resolve(name) },
        label,
      ),
    );
    const content = make("div.content", {}, heading, ...paragraphs.map((part) => make("p", {}, part)));
    const row = choices.length ? make("div.buttons", {}, ...choices) : null;
    document.title = title;
    root.replaceChildren(make("main.plain", {}, make("div.screen", {}, make("div.card", {}, content, row))));
    heading.focus({ preventScroll: true });
  });
}

/** Download a text as a file. */
export function saveFile(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Post a form to another site, as MTurk requires. */
export function postForm({ action, fields }) {
  const inputs = Object.entries(fields).map(([name, value]) =>
    make("input", { type: "hidden", name, value }),
  );
  const form = make("form", { method: "post", action, hidden: true }, ...inputs);
  document.body.append(form);
  form.submit();
}
