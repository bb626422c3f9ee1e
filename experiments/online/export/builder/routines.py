"""Routines: one for each kind of screen; the content of a page comes from its row of ``screens.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from textwrap import indent
from typing import Any

from psychopy.experiment import Experiment, getAllComponents

from experiments.look import COLOURS, FONTS
from experiments.online.export.builder.layout import BOTTOM, HEADING, OPTION_SIZE, TOP
from experiments.online.export.builder.tables import BETWEEN, BLANK

#: Vertical positions of the button to continue, and of the sliders' line.
FOOT, LINE = -0.44, BOTTOM + 0.1
#: The same code in Python and in JavaScript.
Both = tuple[str, str]
#: What is recorded for each page; the expressions are valid in both languages.
_RECORDED = {
    "screen": "shown(page_screen)",
    "measure": "shown(page_measure)",
    "trial": "page_trial",
    "stimulus": "shown(page_stimulus)",
    "answer": "answer",
    "seconds": "t",
}
#: Expressions for the answer, in Python and JavaScript; both are written by hand rather than translated.
_CLICKED_ANSWER = (
    f"next((value for value, clicks in zip(shown(page_values).split('{BETWEEN}'), [%s]) if clicks), '')",
    f"shown(page_values).split('{BETWEEN}').find((_, place) => [%s][place] > 0) || ''",
)
_SLIDER_ANSWER = (
    "'' if slider_{0}.getRating() is None else"
    " round(page_least + page_step * int(slider_{0}.getRating() * (page_most - page_least) / page_step + 0.5), 9)",
    "[null, undefined].includes(slider_{0}.getRating()) ? '' : Number((page_least + page_step *"
    " Math.floor(slider_{0}.getRating() * (page_most - page_least) / page_step + 0.5)).toFixed(9))",
)
# A straight quote would shift the columns of PsychoPy's data.
_TYPED_ANSWER = ("box_{0}.text.replace('\"', '”')", "box_{0}.text.replaceAll('\"', '”')")


def _data(experiment: str, end: str) -> str:
    return "\n".join(
        f'{experiment}.addData("{name}", {what}){end}' for name, what in _RECORDED.items()
    )


def font_of(language: str) -> str:
    """Return the font family for a language: the first of those that lab and browser use."""
    return FONTS.get(language.split("-")[0].lower(), FONTS["latin"])[0]


@cache
def _components() -> dict[str, Any]:
    found: dict[str, Any] = getAllComponents(fetchIcons=False)
    return found


class Routine:
    """The routine of one kind of screen; the names of its components end with the kind.

    Parameters
    ----------
    experiment
        The experiment; the routine is added to it.
    kind
        Kind of screen.
    font
        Font family of all texts.
    options, pictures
        The largest number on any page of the study.
    """

    def __init__(
        self, experiment: Experiment, kind: str, font: str, options: int, pictures: int
    ) -> None:
        self.experiment, self.kind, self.font = experiment, kind, font
        self.routine = experiment.addRoutine(kind)
        self.routine.settings.params["skipIf"].val = f'passed_over("{kind}", page_kind, page_given)'
        self.routine.settings.params["saveStartStop"].val = False
        seconds = "page_seconds" if kind == "look" else ""
        self.text("heading", HEADING, "$shown(page_heading)", f"(0, {TOP - 0.04})", stopVal=seconds)
        body = {"pos": "[0, page_middle]", "letterHeight": "page_size"}
        self.text("body", 0.03, "$shown(page_body)", "", body, stopVal=seconds)
        for number in range(1, pictures + 1):
            self.picture(number, seconds)
        getattr(self, kind)(options)

    def look(self, options: int) -> None:
        """Look; the page ends by itself."""
        self.ends(("''", "''"))

    def read(self, options: int) -> None:
        """Read, and continue."""
        self.continues()
        self.ends(("''", "''"))

    def choose(self, options: int) -> None:
        """Click on an option, which ends the page."""
        names = []
        for number in range(1, options + 1):
            x = f"page_option_x + {number - 1} * page_option_dx"
            y = f"page_option_y + {number - 1} * page_option_dy"
            pos, size = f"[{x}, {y}]", "[page_option_w, page_option_h]"
            starts = f"page_options >= {number}"
            part, label = f"option{number}", f"$shown(page_option{number})"
            names.append(self.button(part, label, {"pos": pos, "size": size}, starts))
        clicks = ", ".join(f"{name}.numClicks" for name in names)
        self.continues()
        self.ends(
            (_CLICKED_ANSWER[0] % clicks, _CLICKED_ANSWER[1] % clicks),
        )

    rate = choose

    def mark(self, options: int) -> None:
        """Set a mark on a line; the slider itself goes from 0 to 1, and the range is in the page's row."""
        edge, fill = COLOURS["faint"], COLOURS["accent"]
        self.add(
            "Slider",
            "slider",
            pos=f"(0, {LINE})",
            size="(1.0, 0.035)",
            ticks="[0, 1]",
            labels="",
            granularity="0",
            styles="slider",
            color=COLOURS["text"],
            fillColor=fill,
            borderColor=edge,
            font=self.font,
            letterHeight=0.022,
            forceEndRoutine=False,
            storeRating=False,
            storeRatingTime=False,
        )
        for part, x in (("low", -0.45), ("high", 0.45)):
            place = f"({x}, {round(LINE - 0.06, 4)})"
            self.text(part, 0.022, f"$shown(page_{part})", place, wrapWidth=0.5)
        self.continues()
        self.ends((_SLIDER_ANSWER[0].format(self.kind), _SLIDER_ANSWER[1].format(self.kind)))

    def give(self, options: int) -> None:
        """Divide an amount; the amounts kept and given are above the line."""
        name = self.text("split", 0.028, " ", f"(0, {round(LINE + 0.08, 4)})")
        python, javascript = (each.format(self.kind) for each in _SLIDER_ANSWER)
        split = self.if_shown(
            f"""\
amount = {python}
money = lambda value: shown(page_prefix) + f"{{value:.{{int(page_decimals)}}f}}" + shown(page_suffix)
{name}.text = " " if amount == "" else (
    shown(page_low) + ": " + money(page_most - amount) + "     " + shown(page_high) + ": " + money(amount)
)""",
            f"""\
const amount = {javascript};
const money = (value) => shown(page_prefix) + value.toFixed(page_decimals) + shown(page_suffix);
{name}.setText(amount === "" ? " " :
  shown(page_low) + ": " + money(page_most - amount) + "     " + shown(page_high) + ": " + money(amount));""",
        )
        self.code("splits", "Each Frame", split)
        self.mark(options)

    def write(self, options: int) -> None:
        """Type a text or a number."""
        box = self.add(
            "Textbox",
            "box",
            text="",
            placeholder=" ",
            editable=True,
            font=self.font,
            letterHeight=0.028,
            pos=f"(0, {BOTTOM + 0.15})",
            size="(1.1, 0.24)",
            color=COLOURS["text"],
            fillColor=COLOURS["control"],
            borderColor=COLOURS["control_edge"],
            alignment="top-left",
            padding=0.012,
            formattingSyntax="raw",
        )
        self.continues()
        # Builder's own column for the box would contain the quotes, and repeat them on each later page.
        empty = f'addData("{box}.text", "")'
        self.code("empties", "End Routine", (f"screens.{empty}", f"psychoJS.experiment.{empty};"))
        python, javascript = (each.format(self.kind) for each in _TYPED_ANSWER)
        self.ends((python, javascript))

    def ends(self, answer: Both) -> None:
        """Record the answer when the page ends, and end the session if this is its last page."""
        python, javascript = (
            f"""\
answer = {answer[0]}
{_data("thisExp", "")}
given_answers[shown(page_screen) + " " + shown(page_measure)] = str(answer)
if page_ends:
    screens.finished = True""",
            f"""\
const answer = {answer[1]};
{_data("psychoJS.experiment", ";")}
given_answers[shown(page_screen) + " " + shown(page_measure)] = String(answer);
if (page_ends) {{
  screens.finished = true;
}}""",
        )
        self.code("data", "End Routine", self.if_shown(python, javascript))

    def if_shown(self, python: str, javascript: str) -> Both:
        """Return code for pages that are shown: PsychoPy and PsychoJS run the code of skipped routines, too."""
        passed = f'passed_over("{self.kind}", page_kind, page_given)'
        return (
            f"if not {passed}:\n{indent(python, '    ')}",
            f"if (!{passed}) {{\n{indent(javascript, '  ')}\n}}",
        )

    def code(self, part: str, tab: str, code: Both) -> None:
        """Add a Code component; in JavaScript its tabs are called ``Begin JS Routine`` and so on."""
        tabs = {tab: code[0], tab.replace(" ", " JS "): code[1]}
        self.add("Code", part, **{"Code Type": "Both"}, **tabs)

    def continues(self) -> None:
        """Add the button that continues, or skips."""
        place = {"pos": f"(0.44, {FOOT})", "size": "(0.34, 0.06)"}
        colour = "control" if self.kind in ("choose", "rate") else "accent"
        self.button("go", "$shown(page_go)", place, "t >= page_go_after", colour)

    def button(
        self, part: str, label: str, place: dict[str, str], starts: str, colour: str = "control"
    ) -> str:
        """Add a button that ends the page, and its label (buttons cannot find fonts for Chinese)."""
        face, edge, ink = {
            "control": ("control", "control_edge", "text"),
            "accent": ("accent", "accent_dark", "on_accent"),
        }[colour]
        when = {"startType": "condition", "startVal": starts}
        name = self.add(
            "Button",
            part,
            place,
            text=" ",
            font="Noto Sans",
            fillColor=COLOURS[face],
            borderColor=COLOURS[edge],
            borderWidth=2,
            save="none",
            forceEndRoutine=True,
            **when,
        )
        self.text(f"{part}_label", OPTION_SIZE, label, place["pos"], color=COLOURS[ink], **when)
        return name

    def picture(self, number: int, seconds: str) -> None:
        """Add a picture, which code sets: otherwise PsychoPy first shows a picture from another host."""
        cell = f"page_image{number}"
        place = {"pos": f"[{cell}_x, {cell}_y]", "size": f"[{cell}_w, {cell}_h]"}
        name = self.add("Image", f"image{number}", place, image=BLANK, stopVal=seconds)
        call = f"{name}.setImage({cell})"
        self.code(f"shows{number}", "Begin Routine", (call, f"{call};"))

    def text(
        self,
        part: str,
        size: float,
        text: str,
        pos: str = "(0, 0)",
        each_page: Mapping[str, str] | None = None,
        /,
        **given: Any,
    ) -> str:
        """Add a text, whose lines are already broken."""
        changing = {"text": text, "pos": pos, **(each_page or {})}
        look = {
            "font": self.font,
            "color": COLOURS["text"],
            "letterHeight": size,
            "wrapWidth": 2,
        }
        return self.add("Text", part, changing, **{**look, **given})

    def add(
        self, component: str, part: str, each_page: Mapping[str, str] | None = None, /, **given: Any
    ) -> str:
        """Add a component and return its name.

        Parameters
        ----------
        component
            Builder's name for it, such as ``Text``.
        part
            Its role on the page, such as ``heading``.
        each_page
            Parameter -> expression that is evaluated for each page.
        given
            Parameters that are the same on every page.

        Raises
        ------
        KeyError
            If the component has no such parameter.
        """
        name = f"{part}_{self.kind}"
        built = _components()[f"{component}Component"](
            exp=self.experiment, parentName=self.kind, name=name
        )
        # Blank, because by default it would end after a second; and its times would add columns to the data.
        for parameter in {"stopVal", "saveStartStop"} & set(built.params):
            built.params[parameter].val = "" if parameter == "stopVal" else False
        for parameter, value in given.items():
            built.params[parameter].val = value
        for parameter, expression in (each_page or {}).items():
            built.params[parameter].val = expression
            built.params[parameter].updates = "set every repeat"
        self.routine.addComponent(built)
        self.experiment.namespace.add(name)
        return name
