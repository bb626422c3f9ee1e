/**
 * Reads a conditions file as PsychoJS does (`TrialHandler.importConditions`, up to 2026): the bytes are decoded, SheetJS guesses the
 * separator and the types, square brackets become lists, and rows are selected in the order that is asked for.
 *
 * As a script: `node psychojs_conditions.mjs FILE` prints all rows.
 */

import { readFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { read, utils } from "xlsx";

export function conditions(path, selection = null) {
  const book = read(new TextDecoder().decode(readFileSync(path)), { type: "string" });
  const [names, ...table] = utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1, blankrows: false });
  const rows = table.map((row) => Object.fromEntries(names.map((name, place) => [name, guessed(row[place])])));
  return selection === null ? rows : placesOf(selection).map((place) => rows[place]);
}

function guessed(value) {
  if (typeof value !== "string") return value;
  const brackets = value.match(/\[(.*?)\]/);
  if (brackets) return brackets[1].split(/[, ]+/);
  const number = Number.parseFloat(value);
  return !Number.isNaN(number) && String(number).length === value.length ? number : value;
}

function placesOf(selection) {
  if (Array.isArray(selection)) return selection;
  if (selection.includes(",")) return selection.split(",").map((place) => Number.parseInt(place, 10));
  throw new Error(`the stub knows no selection '${selection}'`);
}

if (argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(conditions(argv[2])));
