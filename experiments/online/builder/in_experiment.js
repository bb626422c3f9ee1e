/**
 * What runs inside the Builder experiment, in JavaScript; `in_experiment.py` says the same in Python, under
 * the same names, because fields of components call them in both languages.
 *
 * The exporter puts what stands below the line into the "Before JS Experiment" tab of a Code component.
 * PsychoPy's own parser reads it as ES2017, and fails at a `return` without a value. Nothing is drawn at
 * random here.
 */
// ---- below this line it is part of the experiment ----

const study = {};

/** Start anew, and return the row of slots.csv (from 0) that the slot of the link or dialog has. */
function study_begin(slots, asked) {
  Object.assign(study, { rows: [], place: -1, shown: "", to: "", screen: "", step: "", trial: 0, visits: {} });
  Object.assign(study, { answers: {}, filling: "t|", asked: false, leaves: false, clicks: {} });
  const slot = /^\s*[0-9]+\s*$/.test(String(asked)) ? Number(asked) : 0;
  if (slot < 1 || slot > slots) throw new Error("slot must be a whole number from 1 to " + slots);
  return slot - 1;
}

/** A text of a conditions file; each begins with "t|", so that it is never taken for a number or a date. */
function study_text(cell) {
  let text = cell.slice(2);
  for (const name of ["given", "kept"]) {
    const place = "[[" + name + "]]";
    if (text.includes(place)) text = text.split(place).join(study_amount(name, study.filling));
  }
  return text;
}

/** The parts of a text cell. */
function study_list(cell) {
  return cell.slice(2).split("|");
}

/** The pages of the slot, as rows of screens.csv (from 0), in their order. */
function study_take_slot(cell) {
  study.rows = study_list(cell).map((part) => Number(part.slice(3)));
  return study.rows;
}

/** Come to the next row of the slot's list: is it shown, and by which routine? */
function study_turn(row, routine, screen, step, first_of_trial, place, filling) {
  study.place += 1;
  if (study.rows[study.place] !== Number(row)) {
    throw new Error("the pages do not come in the order of slots.csv; stop, and tell the developers");
  }
  if (study_text(step) !== study.step) {
    study.step = study_text(step);
    study.trial = 0;
  }
  study.trial += Number(first_of_trial);
  study.filling = filling;
  study.asked = false;
  study.leaves = false;
  study.clicks = {};
  study.shown = "";
  if (study.to === "" || (study.to === study_text(screen) && Number(place) === 1)) {
    study.to = "";
    study.shown = study_text(routine);
    study.screen = study_text(screen).replace("#", String(study.trial));
    if (Number(place) === 1) study.visits[study.screen] = (study.visits[study.screen] || 0) + 1;
  }
}

/** Whether a routine has nothing to show for this row. */
function study_hides(routine) {
  return study.shown !== routine;
}

/** Whether a button was clicked since this was last asked. */
function study_anew(name, clicks) {
  const before = study.clicks[name] || 0;
  study.clicks[name] = clicks;
  return clicks > before;
}

/** Leaving takes two clicks: whether the first was made just now. */
function study_asks_leave(clicks) {
  if (!study_anew("leave", clicks)) return false;
  study.leaves = study.asked;
  study.asked = true;
  return !study.leaves;
}

/** Whether the participant leaves. */
function study_leaves() {
  return study.leaves;
}

/** The value of the option that was clicked, or null. */
function study_chosen(clicks, values) {
  const place = clicks.findIndex((count) => count > 0);
  return place < 0 ? null : study_list(values)[place];
}

/** The whole number that was typed, or null if it is none or out of range. */
function study_number(text, least, most) {
  const typed = String(text).trim();
  if (!/^[0-9]{1,9}$/.test(typed)) return null;
  return Number(typed) >= least && Number(typed) <= most ? Number(typed) : null;
}

/** Put the range into the words that ask for a whole number. */
function study_range(words, least, most) {
  return words.replace("{low}", String(least)).replace("{high}", String(most));
}

/** A typed text, or null if there is none. */
function study_typed(text) {
  return String(text).trim() === "" ? null : String(text);
}

/** Write an amount: prefix, suffix and decimals stand in the cell. */
function study_money(amount, cell) {
  const parts = study_list(cell);
  const digits = { minimumFractionDigits: Number(parts[2]), maximumFractionDigits: Number(parts[2]) };
  return parts[0] + Number(amount).toLocaleString("en-US", digits) + parts[1];
}

/** What was given or kept in the decision that counts; skipped counts as nothing given. */
function study_amount(part, filling) {
  const parts = study_list(filling);
  const answer = study.answers[parts[0] + "|" + parts[1]];
  const given = answer === undefined || answer === null ? 0 : Number(answer);
  return study_money(part === "given" ? given : Number(parts[2]) - given, "t|" + parts.slice(3).join("|"));
}

/** The line under a division: what is kept, and what is given. */
function study_split(given, total, keep, give, money) {
  if (given === undefined || given === null) return "";
  const kept = study_text(keep) + ": " + study_money(Number(total) - Number(given), money);
  return kept + "     " + study_text(give) + ": " + study_money(given, money);
}

/** Keep the answer of a page for the rules, and return what goes into the data file. */
function study_record(answer, skipped, measure, right, is_text) {
  let status = "answered";
  if (study.leaves) status = "left";
  else if (["read", "look"].includes(study_text(measure))) status = "shown";
  else if (skipped || answer === undefined || answer === null) status = "skipped";
  const kept = status === "answered" ? answer : null;
  if (!study.leaves) study.answers[study.screen + "|" + study_text(measure)] = kept;
  const written = kept === null ? "" : study_plain(kept);
  const is_checked = study_text(right) !== "" && kept !== null;
  return {
    screen: study.screen,
    visit: study.visits[study.screen],
    trial_number: study.trial,
    measure: study.leaves ? "leave" : study_text(measure),
    answer: is_text ? encodeURIComponent(written) : written,
    status: status,
    correct: is_checked ? Number(written === study_text(right)) : "",
  };
}

/** Write an answer; a whole number without a decimal point. */
function study_plain(answer) {
  return typeof answer === "number" ? String(Math.round(answer * 1e9) / 1e9) : String(answer);
}

/** Decide what follows a page: the next row, or the next row of a screen further on. */
function study_go_on(rule, otherwise, exit_to, ends, is_last) {
  if (study.leaves) study.to = study_text(exit_to);
  else if (study_text(ends) !== "") study.to = "the end";
  else if (Number(is_last) === 1) study.to = study_rule(study_list(rule), study_text(otherwise));
}

/** Where a rule leads: its own target if it holds of the answer, else the other. */
function study_rule(rule, otherwise) {
  if (rule.length < 4) return otherwise;
  const [measure, kind, values, go] = rule;
  const answer = study.answers[study.screen + "|" + measure];
  const written = answer === undefined || answer === null ? "" : study_plain(answer);
  if (kind === "always") return go;
  if (kind === "below") return written !== "" && Number(written) < Number(values) ? go : otherwise;
  return values.split(";").includes(written) === (kind === "is") ? go : otherwise;
}
