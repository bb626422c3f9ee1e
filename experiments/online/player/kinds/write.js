/** write: participants type a text or a whole number. */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";

const FEW_REMAINING = 100;

KINDS.write = (ask, names, changed) => {
  const attributes = {
    "aria-labelledby": names.prompt,
    "aria-describedby": names.fault,
    "aria-required": String(names.required),
    "data-entry": ask.entry,
    autocomplete: "off",
  };
  const input =
    ask.entry === "lines"
      ? make("textarea", { ...attributes, rows: 4 })
      : make("input", { ...attributes, type: "text" });
  if (ask.entry === "integer") {
    input.inputMode = ask.low < 0 ? "text" : "numeric";
    input.classList.add("short");
  }
  const remaining = make("p.left", { "aria-live": "polite" });
  input.addEventListener("input", (event) => {
    shorten(input, ask.longest);
    remaining.textContent = ask.entry === "integer" ? "" : remainingText(input.value, ask.longest, names.texts);
    changed(event);
  });
  const range = names.texts.whole_number.replace("{low}", ask.low).replace("{high}", ask.high);
  const answer = () => (ask.entry === "integer" ? wholeNumber(input.value, ask) : text(input.value));
  return {
    element: make("div.entry", {}, input, remaining),
    group: false,
    answer,
    problem: () =>
      ask.entry === "integer" && input.value.trim() && answer() === undefined ? range : "",
    set: (earlier) => {
      input.value = String(earlier);
    },
    clear: () => {
      input.value = "";
      remaining.textContent = "";
    },
    focus: () => input.focus(),
  };
};

function text(typed) {
  return typed.trim() || undefined;
}

/** The typed whole number, in whatever digits it was typed; undefined if it is not one, or out of range. */
function wholeNumber(typed, { low, high }) {
  const plain = typed.normalize("NFKC").trim();
  if (!/^[-+]?\d+$/.test(plain)) return undefined;
  const number = Number(plain);
  return number >= low && number <= high ? number : undefined;
}

/** Shorten text that is too long by whole characters, never by half of a surrogate pair. */
function shorten(input, longest) {
  const characters = [...input.value];
  if (longest && characters.length > longest) input.value = characters.slice(0, longest).join("");
}

function remainingText(typed, longest, texts) {
  const count = longest - [...typed].length;
  return longest && count <= FEW_REMAINING ? texts.characters_left.replace("{n}", count) : "";
}
