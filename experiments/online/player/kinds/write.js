/** write: a text or a whole number is typed. */

import { make } from "../element.js";
import { KINDS } from "../kinds.js";

const FEW_LEFT = 100;

KINDS.write = (ask, names, changed) => {
  const labels = {
    "aria-labelledby": names.prompt,
    "aria-describedby": names.fault,
    "aria-required": String(names.required),
    "data-entry": ask.entry,
    autocomplete: "off",
  };
  const input =
    ask.entry === "lines"
      ? make("textarea", { ...labels, rows: 4 })
      : make("input", { ...labels, type: "text" });
  if (ask.entry === "integer") {
    input.inputMode = ask.low < 0 ? "text" : "numeric";
    input.classList.add("short");
  }
  const left = make("p.left", { "aria-live": "polite" });
  input.addEventListener("input", (event) => {
    shorten(input, ask.longest);
    left.textContent = ask.entry === "integer" ? "" : leftText(input.value, ask.longest, names.texts);
    changed(event);
  });
  const range = names.texts.whole_number.replace("{low}", ask.low).replace("{high}", ask.high);
  const answer = () => (ask.entry === "integer" ? wholeNumber(input.value, ask) : text(input.value));
  return {
    element: make("div.entry", {}, input, left),
    group: false,
    answer,
    complaint: () =>
      ask.entry === "integer" && input.value.trim() && answer() === undefined ? range : "",
    set: (given) => {
      input.value = String(given);
    },
    clear: () => {
      input.value = "";
      left.textContent = "";
    },
    focus: () => input.focus(),
  };
};

function text(typed) {
  return typed.trim() || undefined;
}

/** A whole number within the limits, in whatever digits it was typed; undefined if it is none. */
function wholeNumber(typed, { low, high }) {
  const plain = typed.normalize("NFKC").trim();
  if (!/^[-+]?\d+$/.test(plain)) return undefined;
  const number = Number(plain);
  return number >= low && number <= high ? number : undefined;
}

/** Cut what is too long by characters, not by halves of them. */
function shorten(input, longest) {
  const characters = [...input.value];
  if (longest && characters.length > longest) input.value = characters.slice(0, longest).join("");
}

function leftText(typed, longest, texts) {
  const left = longest - [...typed].length;
  return longest && left <= FEW_LEFT ? texts.characters_left.replace("{n}", left) : "";
}
