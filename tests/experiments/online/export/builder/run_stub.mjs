/**
 * Runs a compiled experiment against the stub of PsychoJS: reads `{script, slot, answers}` and writes the rows.
 *
 * `answers`: the input on each page in turn: `{go}`, `{option}` (its number), `{rating}`,
 * `{text}`, `{wait}`.
 */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { conditions } from "./psychojs_conditions.mjs";

const { script, slot, answers } = JSON.parse(readFileSync(0, "utf-8"));
let page = -1;
let since = 0;

globalThis.conditions = conditions;
globalThis.window = { navigator: { platform: "stub" } };
globalThis.link = { participant: "p1", slot };

function part(drawn, name) {
  for (const [full, component] of drawn) if (full === name || full.startsWith(`${name}_`)) return component;
  return null;
}

function press(drawn, name) {
  const button = [...drawn].find(([full, each]) => full.startsWith(`${name}_`) && each.press)?.[1];
  if (!button) return false;
  button.press();
  return true;
}

globalThis.hand = (drawn, entries) => {
  if (!drawn.size || entries >= answers.length) return;
  if (entries !== page) {
    page = entries;
    since = 0;
  }
  since += 1;
  const does = answers[page];
  // Input is slower than frames: look, act, release, continue.
  if (since === 2) {
    if ("rating" in does) part(drawn, "slider").rating = does.rating;
    if ("text" in does) part(drawn, "box").text = does.text;
    if ("option" in does) press(drawn, `option${does.option}`);
  }
  // The button may appear late: it is pressed until the page ends.
  if (since > 3 && since % 2 === 0 && does.go) press(drawn, "go");
  if (since > 2_000) throw new Error(`page ${page} does not end: ${[...drawn.keys()]}`);
};

globalThis.ended = (entries, isCompleted) => {
  process.stdout.write(JSON.stringify({ entries, isCompleted }));
};

await import(pathToFileURL(script).href);
