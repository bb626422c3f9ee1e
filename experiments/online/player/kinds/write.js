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
  const remaining = make("p.left", {});
  const showRemaining = () => {
    remaining.textContent = ask.entry === "integer" ? "" : remainingText(input.value, ask, names.texts);
    // A number that changes with every letter is not read out.
    remaining.setAttribute("aria-live", needed(input.value, ask) ? "off" : "polite");
  };
  if (ask.least) showRemaining();
  input.addEventListener("input", (event) => {
    shorten(input, ask.longest);
    showRemaining();
    changed(event);
  });
  const range = names.texts.whole_number.replace("{low}", ask.low).replace("{high}", ask.high);
  const isShort = () => needed(input.value, ask) > 0;
  const answer = () => {
    if (ask.entry === "integer") return wholeNumber(input.value, ask);
    return isShort() ? undefined : text(input.value);
  };
  const problem = () => {
    if (!input.value.trim() || answer() !== undefined) return "";
    return ask.entry === "integer" ? range : remainingText(input.value, ask, names.texts);
  };
  return {
    element: make("div.entry", {}, input, remaining),
    group: false,
    answer,
    problem,
    unfinished: () => (ask.entry === "integer" ? undefined : text(input.value)),
    set: (earlier) => {
      input.value = String(earlier);
      showRemaining();
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

/** The number of characters that are still needed. */
function needed(typed, { least }) {
  return Math.max(0, (least ?? 0) - [...typed.trim()].length);
}

function remainingText(typed, { least, longest }, texts) {
  const missing = needed(typed, { least });
  if (missing) return texts.characters_needed.replace("{n}", missing);
  const count = longest - [...typed].length;
  return longest && count <= FEW_REMAINING ? texts.characters_left.replace("{n}", count) : "";
}
