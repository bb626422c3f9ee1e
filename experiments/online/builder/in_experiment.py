"""What runs inside the Builder experiment, in Python; ``in_experiment.js`` says the same in JavaScript.

This file is not imported by the framework: the exporter puts what stands below the line into the
*Before Experiment* tab of a Code component. Nothing is drawn at random here; the order of the pages is the
list of row numbers that the slot has in ``slots.csv``.
"""
# ---- below this line it is part of the experiment ----

from urllib.parse import quote as study_quote

study: dict = {}


def study_begin(slots, asked):
    """Start anew, and return the row of slots.csv (from 0) that the experimenter's slot has."""
    study.clear()
    study.update(rows=[], place=-1, shown="", to="", screen="", step="", trial=0, visits={})
    study.update(answers={}, status="", answer="", asked=False, leaves=False, clicks={})
    if not str(asked).strip().isdigit() or not 1 <= int(asked) <= slots:
        raise ValueError("slot must be a whole number from 1 to " + str(slots))
    return int(asked) - 1


def study_text(cell):
    """Return a text of a conditions file; each begins with "t|", so that it is never taken for a number."""
    text = cell[2:]
    for name in ("given", "kept"):
        if "[[" + name + "]]" in text:
            text = text.replace("[[" + name + "]]", study_amount(name, study["filling"]))
    return text


def study_list(cell):
    """Return the parts of a text cell."""
    return cell[2:].split("|")


def study_take_slot(cell):
    """Return the pages of the slot, as rows of screens.csv (from 0), in their order."""
    study["rows"] = [int(part[3:]) for part in study_list(cell)]
    return study["rows"]


def study_turn(row, routine, screen, step, first_of_trial, place, filling):
    """Come to the next row of the slot's list: is it shown, and by which routine?"""
    study["place"] += 1
    if study["rows"][study["place"]] != row:
        raise ValueError(
            "the pages do not come in the order of slots.csv; stop, and tell the developers"
        )
    if study_text(step) != study["step"]:
        study["step"], study["trial"] = study_text(step), 0
    study["trial"] += int(first_of_trial)
    study["filling"] = filling
    study["asked"], study["leaves"], study["clicks"] = False, False, {}
    study["shown"] = ""
    if study["to"] == "" or (study["to"] == study_text(screen) and place == 1):
        study["to"] = ""
        study["shown"] = study_text(routine)
        study["screen"] = study_text(screen).replace("#", str(study["trial"]))
        if place == 1:
            study["visits"][study["screen"]] = study["visits"].get(study["screen"], 0) + 1


def study_hides(routine):
    """Say whether a routine has nothing to show for this row."""
    return study["shown"] != routine


def study_anew(name, clicks):
    """Say whether a button was clicked since this was last asked."""
    before = study["clicks"].get(name, 0)
    study["clicks"][name] = clicks
    return clicks > before


def study_asks_leave(clicks):
    """Leaving takes two clicks: say whether the first was made just now."""
    if not study_anew("leave", clicks):
        return False
    study["leaves"] = study["asked"]
    study["asked"] = True
    return not study["leaves"]


def study_leaves():
    """Say whether the participant leaves."""
    return study["leaves"]


def study_chosen(clicks, values):
    """Return the value of the option that was clicked, or None."""
    for value, count in zip(study_list(values), clicks, strict=False):
        if count > 0:
            return value
    return None


def study_number(text, least, most):
    """Return the whole number that was typed, or None if it is none or out of range."""
    typed = str(text).strip()
    if not typed or len(typed) > 9 or any(digit not in "0123456789" for digit in typed):
        return None
    return int(typed) if least <= int(typed) <= most else None


def study_range(words, least, most):
    """Put the range into the words that ask for a whole number."""
    return words.replace("{low}", str(int(least))).replace("{high}", str(int(most)))


def study_typed(text):
    """Return a typed text, or None if there is none."""
    return str(text) if str(text).strip() else None


def study_money(amount, cell):
    """Write an amount: prefix, suffix and decimals stand in the cell."""
    prefix, suffix, decimals = study_list(cell)
    return prefix + ("{:,." + decimals + "f}").format(float(amount)) + suffix


def study_amount(part, filling):
    """Return what was given or kept in the decision that counts; skipped counts as nothing given."""
    screen, measure, total, *money = study_list(filling)
    given = study["answers"].get(screen + "|" + measure)
    given = 0 if given is None else float(given)
    return study_money(given if part == "given" else float(total) - given, "t|" + "|".join(money))


def study_split(given, total, keep, give, money):
    """Return the line under a division: what is kept, and what is given."""
    if given is None:
        return ""
    kept = study_text(keep) + ": " + study_money(float(total) - float(given), money)
    return kept + "     " + study_text(give) + ": " + study_money(given, money)


def study_record(answer, skipped, measure, right, is_text):
    """Keep the answer of a page for the rules, and return what goes into the data file."""
    status = "answered"
    if study["leaves"]:
        status = "left"
    elif study_text(measure) in ("read", "look"):
        status = "shown"
    elif skipped or answer is None:
        status = "skipped"
    if status != "answered":
        answer = None
    if not study["leaves"]:
        study["answers"][study["screen"] + "|" + study_text(measure)] = answer
    written = "" if answer is None else study_plain(answer)
    is_checked = study_text(right) != "" and answer is not None
    # Typed text is percent-encoded: PsychoPy writes quotes into its table as they are.
    return {
        "screen": study["screen"],
        "visit": study["visits"][study["screen"]],
        "trial_number": study["trial"],
        "measure": "leave" if study["leaves"] else study_text(measure),
        "answer": study_quote(written, safe="") if is_text else written,
        "status": status,
        "correct": int(written == study_text(right)) if is_checked else "",
    }


def study_plain(answer):
    """Write an answer; a whole number without a decimal point."""
    if isinstance(answer, str):
        return answer
    return str(int(answer)) if float(answer) == int(answer) else str(round(float(answer), 9))


def study_go_on(rule, otherwise, exit_to, ends, is_last):
    """Decide what follows a page: the next row, or the next row of a screen further on."""
    if study["leaves"]:
        study["to"] = study_text(exit_to)
    elif study_text(ends):
        study["to"] = "the end"
    elif is_last == 1:
        study["to"] = study_rule(study_list(rule), study_text(otherwise))


def study_rule(rule, otherwise):
    """Return where a rule leads: its own target if it holds of the answer, else the other."""
    if len(rule) < 4:
        return otherwise
    measure, kind, values, go = rule
    answer = study["answers"].get(study["screen"] + "|" + measure)
    written = "" if answer is None else study_plain(answer)
    if kind == "below":
        holds = written != "" and float(written) < float(values)
    else:
        holds = (written in values.split(";")) == (kind == "is")
    return go if holds or kind == "always" else otherwise
