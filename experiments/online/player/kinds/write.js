/** write: participants type a text or a number. */

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
  const isNumber = ["integer", "decimal"].includes(ask.entry);
  const places = ask.entry === "decimal" ? Math.max(0, Math.round(-Math.log10(ask.step))) : 0;
  if (isNumber) {
    const plain = places ? "decimal" : "numeric";
    input.inputMode = ask.low < 0 ? "text" : plain;
    input.classList.add("short");
  }
  const remaining = make("p.left", {});
  const showRemaining = () => {
    remaining.textContent = isNumber ? "" : remainingText(input.value, ask, names.texts);
    // A number that changes with every letter is not read out.
    remaining.setAttribute("aria-live", needed(input.value, ask) ? "off" : "polite");
  };
  if (ask.least) showRemaining();
  input.addEventListener("input", (event) => {
    shorten(input, ask.longest);
    showRemaining();
    changed(event);
  });
  const range = names.texts[places ? "decimal_number" : "whole_number"].replace("{low}", ask.low).replace("{high}", ask.high);
  const isShort = () => needed(input.value, ask) > 0;
  const answer = () => {
    if (isNumber) return typedNumber(input.value, ask, places);
    return isShort() ? undefined : text(input.value);
  };
  const problem = () => {
    if (!input.value.trim() || answer() !== undefined) return "";
    return isNumber ? range : remainingText(input.value, ask, names.texts);
  };
  return {
    element: make("div.entry", {}, input, remaining),
    group: false,
    answer,
    problem,
    unfinished: () => (isNumber ? undefined : text(input.value)),
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

/**
 * The typed number, in whatever digits it was typed, with its decimals after a point or a comma; undefined if it is none,
 * has too many decimals, or is out of range.
 */
function typedNumber(typed, { low, high }, places) {
  const plain = typed.normalize("NFKC").trim();
  const form = places ? `^[-+]?\\d+([.,]\\d{1,${places}})?$` : "^[-+]?\\d+$";
  if (!new RegExp(form).test(plain)) return undefined;
  const number = Number(plain.replace(",", "."));
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
