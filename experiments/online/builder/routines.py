"""Routines: one for each kind of page, and those that come to the slot and to the next row of its list."""

from __future__ import annotations

from dataclasses import dataclass

from psychopy.experiment import Experiment

from experiments.online.builder.both import (
    END,
    Both,
    Tabs,
    call,
    either,
    same,
    text,
    there,
    together,
    when,
)
from experiments.online.builder.components import Pieces, colours
from experiments.online.builder.layout import BOTTOM, HEADING, TOP
from experiments.online.builder.showing import BLANK, range_of

_TURN = (
    "page_row, page_routine, page_screen, page_step, page_first_of_trial, page_place, page_filling"
)
_GO_ON = "page_rule, page_otherwise, page_exit, page_ends, page_is_last"
FOOT = -0.45
#: A line with more points than this is drawn without ticks.
MOST_TICKS = 21


@dataclass(frozen=True)
class Words:
    """Texts that belong to no page."""

    skip: str
    leave: str
    leave_confirm: str
    number: str
    """What is said to who types no whole number of the range."""
    thanks: str
    """What PsychoJS says at the end."""
    font: str
    """Family that has the language's letters."""


@dataclass(frozen=True)
class Most:
    """How many parts the fullest page of the study has."""

    options: int
    pictures: int


def add_openings(experiment: Experiment, slots: int, code: Both) -> list[str]:
    """Add the routines that show nothing: find the slot, take its list, come to the next page."""
    python = f'slot_row = study_begin({slots}, expInfo["slot"])'
    # The first routine has to last for a frame: PsychoPy reads the time of a frame when it ends.
    find = Tabs([code], [Both(python, f"{python};")], each_frame=[END])
    take = Both(
        "slot_rows = study_take_slot(slot_pages)", "slot_rows = study_take_slot(slot_pages);"
    )
    tabs = {
        "find_slot": find,
        "take_slot": Tabs(begin_routine=[take, END]),
        "next_page": Tabs(begin_routine=[call(f"study_turn({_TURN})"), END]),
    }
    for routine, said in tabs.items():
        Pieces(experiment, routine).add("Code", "code", None, **said.parameters())
    return list(tabs)


def add_page(experiment: Experiment, routine: str, words: Words, most: Most) -> None:
    """Add the routine that draws one kind of page.

    Parameters
    ----------
    routine
        Its name, as ``showing.routine_of`` gives it.
    """
    kind = routine.split("_")[0]
    page = Page(Pieces(experiment, routine, f'study_hides("{routine}")', words.font), words)
    match kind:
        case "look":
            page.pictures(most.pictures, "page_seconds")
            page.ends(Both("None", "null"))
        case "read":
            page.reading(most.pictures)
            page.foot()
            page.tabs.each_frame.append(when(page.clicked("go"), END))
            page.ends(Both("None", "null"))
        case "choose":
            page.reading(most.pictures)
            page.choose(most.options)
        case "write":
            page.reading()
            page.write(is_number=routine == "write_number")
        case _:
            page.reading()
            page.slide(*range_of(routine), divides=kind == "give")


class Page:
    """Puts the parts of one kind of page together."""

    def __init__(self, pieces: Pieces, words: Words) -> None:
        self.pieces, self.words, self.tabs = pieces, words, Tabs()
        self.can_skip = False

    def reading(self, pictures: int = 0) -> None:
        """Add heading, text and pictures."""
        self.pieces.text(
            "heading", HEADING, {"text": "$study_text(page_heading)"}, pos=f"(0, {TOP - 0.04})"
        )
        each_page = {
            "text": "$study_text(page_body)",
            "pos": "[0, page_middle]",
            "letterHeight": "page_size",
        }
        self.pieces.text("body", 0.03, each_page)
        self.pictures(pictures)

    def pictures(self, count: int, seconds: str = "") -> None:
        """Add pictures; code changes them, since of others PsychoPy first shows one from another host."""
        for number in range(1, count + 1):
            cell = f"page_image{number}"
            place = {"pos": f"[{cell}_x, {cell}_y]", "size": f"[{cell}_w, {cell}_h]"}
            name = self.pieces.add("Image", f"image{number}", place, image=BLANK, stopVal=seconds)
            self.tabs.begin_routine.append(call(f"{name}.setImage({cell})"))

    def foot(self, asks: bool = False, goes: bool = True) -> None:
        """Add leave, skip and continue, each where the page offers it."""
        size = "(0.36, 0.055)"
        leave = self.pieces.button(
            "leave",
            self.words.leave,
            f"(-0.44, {FOOT})",
            size,
            "quiet",
            startType="condition",
            startVal="page_can_leave == 1",
        )
        label, confirm = f"{self.pieces.name('leave_label')}", text(self.words.leave_confirm)
        relabel = Both(
            f"{label}.text = {confirm.python}", f"{label}.setText({confirm.javascript});"
        )
        self.tabs.each_frame += [
            when(same(f"study_asks_leave({leave}.numClicks)"), relabel),
            when(same("study_leaves()"), END),
        ]
        if asks:
            self.can_skip = True
            self.pieces.button(
                "skip",
                self.words.skip,
                f"(-0.04, {FOOT})",
                size,
                "quiet",
                startType="condition",
                startVal="page_can_skip == 1",
            )
            self.tabs.each_frame.append(when(self.clicked("skip"), END))
        if goes:
            go = "$study_text(page_go)"
            self.pieces.button(
                "go", go, f"(0.44, {FOOT})", size, "accent", startVal="page_at_least"
            )

    def clicked(self, part: str) -> Both:
        """Return the condition that a button was clicked on this page."""
        return same(f"{self.pieces.name(part)}.numClicks > 0")

    def goes_on(self, given: Both, hint: Both | None = None) -> None:
        """End the page when continue is clicked and the answer is there; else say what is missing."""
        now = same(f'study_anew("go", {self.pieces.name("go")}.numClicks)')
        self.tabs.each_frame.append(when(now, when(given, END, hint)))

    def choose(self, options: int) -> None:
        """Add options; the one that is clicked is the answer, and ends the page."""
        for number in range(1, options + 1):
            cell = f"page_option{number}"
            self.pieces.button(
                f"option{number}",
                f"$study_text({cell})",
                f"[{cell}_x, {cell}_y]",
                "[page_option_width, 0.065]",
                startType="condition",
                startVal=f'{cell} != "t|"',
            )
        self.foot(asks=True, goes=False)
        names = (self.pieces.name(f"option{number}") for number in range(1, options + 1))
        clicks = ", ".join(f"{name}.numClicks" for name in names)
        chosen = f"study_chosen([{clicks}], page_values)"
        self.tabs.each_frame.append(when(there(chosen), END))
        self.ends(same(chosen))

    def slide(self, low: float, high: float, step: float, divides: bool) -> None:
        """Add a slider: points (rate), a line (mark), or amounts (give) with what is kept and given."""
        y = BOTTOM + 0.13
        count = round((high - low) / step) + 1
        points = count if count <= MOST_TICKS else 2
        ticks = [low + place * (high - low) / (points - 1) for place in range(points)]
        slider = self.pieces.slider(
            [int(tick) if tick == int(tick) else tick for tick in ticks], step, y
        )
        for part, x in (("low", -0.45), ("high", 0.45)):
            each_page = {"text": f"$study_text(page_{part})"}
            place = f"({x}, {round(y - 0.07, 4)})"
            self.pieces.text(
                part, 0.024, each_page, pos=place, color=colours()["muted"], wrapWidth=0.4
            )
        rating = f"{slider}.getRating()"
        if divides:
            split = self.pieces.text("split", 0.028, {}, text=" ", pos=f"(0, {round(y + 0.08, 4)})")
            line = f"study_split({rating}, page_total, page_low, page_high, page_money)"
            self.tabs.each_frame.append(Both(f"{split}.text = {line}", f"{split}.setText({line});"))
        self.foot(asks=True)
        self.goes_on(there(rating))
        self.ends(same(rating))

    def write(self, is_number: bool) -> None:
        """Add a box to type in."""
        width, height = (0.3, 0.07) if is_number else (1.1, 0.24)
        box = self.pieces.box(f"(0, {BOTTOM + 0.17})", f"({width}, {height})", one_line=is_number)
        self.foot(asks=True)
        if not is_number:
            typed = f"study_typed({box}.text)"
            self.goes_on(either(there(typed), same("page_can_skip == 1")))
            # Builder keeps the box's text, too, as it is: a quote in it would shift PsychoPy's columns.
            self.tabs.end_routine.append(
                Both(
                    f'screens.addData("{box}.text", "")',
                    f'psychoJS.experiment.addData("{box}.text", "");',
                )
            )
            self.ends(same(typed), is_text=True)
            return
        typed = f"study_number({box}.text, page_least, page_most)"
        hint = self.pieces.text(
            "hint", 0.022, {}, text=" ", pos=f"(0, {BOTTOM + 0.06})", color=colours()["notice"]
        )
        words = text(self.words.number)
        clear = Both(f"{hint}.text = ' '", f"{hint}.setText(' ');")
        told = Both(
            f"{hint}.text = study_range({words.python}, page_least, page_most)",
            f"{hint}.setText(study_range({words.javascript}, page_least, page_most));",
        )
        self.tabs.begin_routine.append(clear)
        self.goes_on(there(typed), told)
        self.ends(same(typed))

    def ends(self, answer: Both, is_text: bool = False) -> None:
        """Add the code: what is kept when the page ends, and what follows it."""
        skipped = self.clicked("skip") if self.can_skip else Both("False", "false")
        kept = Both(
            f"study_kept = study_record({answer.python}, {skipped.python}, page_measure, page_correct,"
            f" {is_text})\n"
            "for study_name in study_kept:\n"
            "    thisExp.addData(study_name, study_kept[study_name])\n"
            "thisExp.addData('seconds', round(t, 4))",
            f"const kept = study_record({answer.javascript}, {skipped.javascript}, page_measure, page_correct,"
            f" {str(is_text).lower()});\n"
            "for (const name of Object.keys(kept)) {\n"
            "  psychoJS.experiment.addData(name, kept[name]);\n"
            "}\n"
            "psychoJS.experiment.addData('seconds', Math.round(t * 10000) / 10000);",
        )
        hidden = f'study_hides("{self.pieces.routine}")'
        shown = Both(f"not {hidden}", f"!{hidden}")
        # PsychoPy and PsychoJS run the code of routines that are skipped, too.
        if self.tabs.each_frame:
            self.tabs.each_frame = [when(shown, together(*self.tabs.each_frame))]
        self.tabs.end_routine.append(when(shown, together(kept, call(f"study_go_on({_GO_ON})"))))
        self.pieces.add("Code", "code", None, **self.tabs.parameters())
