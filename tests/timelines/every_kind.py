"""Timelines that hold every kind of screen in every variant, for the tests of all renderers.

``python tests/timelines/every_kind.py`` writes ``every_kind.{en,he,zh}.json``, the drawings in ``media/``
and ``every_kind.{en,he,zh}.rows.json`` (see ``contract.py``) beside this file. The tests of lab,
browser and simulated participants all use these files.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from words import WORDS

from experiments.interface import interface
from experiments.screen import (
    Ask,
    Block,
    Clip,
    Cue,
    Display,
    Fill,
    Option,
    Panel,
    Rule,
    Screen,
    Spot,
    Stimulus,
    Version,
)
from experiments.timeline.timeline import Timeline

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "he", "zh")
DOLLARS: dict[str, Any] = {"prefix": "$", "suffix": "", "decimals": 0}
CENTS: dict[str, Any] = {"prefix": "$", "suffix": "", "decimals": 2}


def pictures(words: dict[str, str], count: int) -> Block:
    """Return the first ``count`` drawings side by side."""
    images = [
        {"src": f"media/face{number}.png", "alt": f"{words['picture_a']} {number}"}
        for number in range(1, count + 1)
    ]
    return Block("images", images=tuple(images))


def texts(heading: str, *paragraphs: str) -> tuple[Block, ...]:
    """Return a heading and texts."""
    return (Block("heading", heading), *(Block("text", text) for text in paragraphs))


def reading(words: dict[str, str]) -> list[Screen]:
    """Screens to read and to look at, and the consent with its way out."""
    agree = Ask(
        "consent",
        words["agree"],
        required=True,
        options=(Option("yes", words["yes"]), Option("no", words["no"])),
    )
    return [
        Screen(
            "welcome",
            "read",
            "instructions",
            "text",
            texts(words["welcome"], words["welcome_text"]),
            proceed=words["welcome"],
        ),
        Screen(
            "consent.text",
            "read",
            "consent",
            "consent",
            (*texts(words["consent"], words["consent_text"]), Block("note", words["note"])),
            at_least=0.2,
        ),
        Screen(
            "consent.agree",
            "choose",
            "consent",
            "consent",
            asks=(agree,),
            after=(Rule(go="declined", measure="consent", equals=("no",)),),
        ),
        Screen(
            "read.one",
            "read",
            "instructions",
            "text",
            (*texts(words["appeal"], words["appeal_text"]), pictures(words, 1)),
            stimulus="amina",
            cells={"n": 1, "frame": "identified"},
        ),
        Screen(
            "read.eight",
            "read",
            "instructions",
            "text",
            (*texts(words["eight"], words["eight_text"]), pictures(words, 8)),
            stimulus="eight",
            cells={"n": 8, "frame": "identified"},
        ),
        Screen(
            "look.text",
            "look",
            "practice",
            "exposure",
            (Block("text", words["fixation"]),),
            duration=0.5,
        ),
        Screen(
            "look.pictures",
            "look",
            "practice",
            "exposure",
            (Block("heading", words["eight"]), pictures(words, 8)),
            duration=0.25,
            trial=1,
            stimulus="eight",
        ),
    ]


def playing(words: dict[str, str]) -> list[Screen]:
    """A film that ends its screen, and a sound that is heard before one can go on."""
    cues = (Cue(0.05, 0.35, words["picture_a"]),)
    film = Clip("media/film.webm", words["picture_a"], 0.4, 64, 36, cues, ends=True)
    sound = Clip("media/sound.wav", words["picture_b"], 0.4)
    return [
        Screen(
            "look.film",
            "look",
            "practice",
            "exposure",
            (Block("video", clip=film),),
            duration=0.4,
            stimulus="film",
        ),
        Screen(
            "read.sound",
            "read",
            "practice",
            "exposure",
            (Block("text", words["fixation"]), Block("audio", clip=sound)),
            at_least=0.4,
        ),
    ]


def choosing(words: dict[str, str]) -> list[Screen]:
    """Screens that ask for one option: two to eight texts, two to four pictures, a check that is repeated."""
    labels = words["options"].split("|")
    screens = [
        Screen(
            f"choose.{count}",
            "choose",
            "instructions",
            "question",
            asks=(
                Ask(
                    "thought",
                    words["choice"],
                    options=tuple(
                        Option(f"o{place}", label)
                        for place, label in enumerate(labels[:count], start=1)
                    ),
                ),
            ),
        )
        for count in range(2, 9)
    ]
    for count in (2, 4):
        options = tuple(
            Option(letter, words[f"picture_{letter}"], f"media/face{place}.png")
            for place, letter in enumerate("abcd"[:count], start=1)
        )
        screens.append(
            Screen(
                f"choose.pictures.{count}",
                "choose",
                "trials",
                "preference",
                asks=(Ask("preference", words["pictures"], options=options),),
                trial=count,
            )
        )
    many = tuple(
        Option(f"o{place}", f"{place}. {labels[place % len(labels)]}") for place in range(1, 31)
    )
    picked = (Ask("place", words["choice"], options=many, correct="o17"),)
    screens.append(Screen("pick.many", "pick", "instructions", "question", asks=picked))
    answers = words["check_options"].split("|")
    check = Ask(
        "units",
        words["check"],
        options=tuple(
            Option(value, label)
            for value, label in zip(("half", "one", "ten"), answers, strict=True)
        ),
        correct="one",
    )
    screens.append(
        Screen("check.help", "read", "checks", "check", (Block("text", words["again"]),))
    )
    screens.append(
        Screen(
            "check.units",
            "choose",
            "checks",
            "check",
            asks=(check,),
            after=(Rule(go="check.help", measure="units", differs=("one",), visits_below=2),),
        )
    )
    return screens


def rating(words: dict[str, str]) -> list[Screen]:
    """Screens with rating scales and lines to mark."""
    points = tuple(
        Option(value, label) for value, label in enumerate(words["points"].split("|"), start=1)
    )
    items = tuple(
        Ask(f"feeling{place}", item, unit="points", options=points)
        for place, item in enumerate(words["items"].split("|"), start=1)
    )
    ends = {1: words["disagree"], 7: words["agree_strongly"]}
    seven = tuple(Option(value, ends.get(value, "")) for value in range(1, 8))
    closer = {-3: words["less"], 3: words["more"]}
    bipolar = tuple(Option(value, closer.get(value, "")) for value in range(-3, 4))
    lines = [
        Ask(f"line{place}", prompt, unit="points", high=100.0, low_label=low, high_label=high)
        for place, (prompt, low, high) in enumerate(
            zip(
                words["mark_items"].split("|"),
                words["mark_low"].split("|"),
                words["mark_high"].split("|"),
                strict=True,
            ),
            start=1,
        )
    ]
    return [
        Screen(
            "rate.feelings",
            "rate",
            "trials",
            "feelings",
            (Block("heading", words["feelings"]),),
            items,
            trial=1,
            cells={"n": 1, "frame": "identified"},
        ),
        Screen(
            "rate.seven",
            "rate",
            "scales",
            "impact",
            asks=(Ask("impact", words["seven"], unit="points", options=seven),),
        ),
        Screen(
            "rate.required",
            "rate",
            "scales",
            "closeness",
            asks=(Ask("closer", words["bipolar"], True, "points", bipolar),),
        ),
        *(
            Screen(
                f"mark.{count}",
                "mark",
                "trials",
                "lines",
                (Block("text", words["marks"]),),
                tuple(lines[:count]),
                trial=count,
            )
            for count in (2, 3, 4)
        ),
        dialled(words, lines[0]),
    ]


def dialled(words: dict[str, str], line: Ask) -> Screen:
    """Return a screen with a dial, which ends by itself."""
    trace = replace(line, measure="felt", unit="", entry="trace", longest=15)
    slope = Ask("felt.slope", unit="points per minute", low=-60_000.0, high=60_000.0)
    parts = (Ask(f"felt.{part}", unit="points", high=100.0) for part in ("mean", "peak"))
    return Screen(
        "trace.short",
        "trace",
        "trials",
        "viewing",
        texts(words["appeal"], words["appeal_text"]),
        (trace, *parts, slope),
        at_least=1.5,
        at_most=1.5,
        countdown=True,
    )


def giving(words: dict[str, str]) -> list[Screen]:
    """Screens that divide an amount, and the receipt that is filled with what was given."""
    screens = []
    for name, high, step, money in (
        ("five", 5.0, 1.0, DOLLARS),
        ("twenty", 20.0, 1.0, DOLLARS),
        ("cents", 3.0, 0.5, CENTS),
    ):
        total = f"${high:.{money['decimals']}f}"
        ask = Ask(
            "donation",
            words["give"],
            unit="USD",
            high=high,
            step=step,
            low_label=words["keep"],
            high_label=words["gives"],
            money=money,
        )
        text = Block("text", words["give_text"].replace("[[sum]]", total))
        screens.append(Screen(f"give.{name}", "give", "trials", "donation", (text,), (ask,)))
    receipt = Screen(
        "receipt",
        "read",
        "payment",
        "payment",
        texts(words["receipt"], words["receipt_text"]),
        fills=(
            Fill("given", "give.five", "donation", "given", 5.0, DOLLARS),
            Fill("kept", "give.five", "donation", "kept", 5.0, DOLLARS),
        ),
    )
    return [*screens, receipt]


def together(words: dict[str, str]) -> list[Screen]:
    """Screens whose questions are parts of one: check boxes, a ranking, boxes that hold an amount."""

    def parts(name: str, of: str, **more: Any) -> tuple[Ask, ...]:
        labels = words[of].split("|")
        return tuple(
            Ask(f"{name}.{letter}", label, **more)
            for letter, label in zip("abcd", labels, strict=False)
        )

    amounts = {"unit": "USD", "high": 10.0, "money": DOLLARS}
    *others, last = parts("had", "selected", high=1.0, least=2)
    shown = (
        ("select", "select.none", "select", (*others, replace(last, alone=True))),
        ("select", "select.some", "select", parts("did", "selected", high=1.0, least=2, most=3)),
        ("rank", "rank.four", "rank", parts("values", "ranked", low=1.0, high=4.0)),
        ("split", "split.ten", "divide", parts("pools", "boxes", **amounts)),
        (
            "split",
            "split.cents",
            "divide",
            parts("cents", "boxes", required=True, unit="USD", high=3.0, step=0.5, money=CENTS),
        ),
    )
    return [
        Screen(name, kind, "scales", "parts", (Block("text", words[text]),), asks)
        for kind, name, text, asks in shown
    ]


def side_by_side(words: dict[str, str]) -> list[Screen]:
    """Screens with two levels together: an amount for each, ratings, and boxes that hold an amount."""
    cells: tuple[dict[str, str | int], ...] = ({"n": 8, "own": "b"}, {"n": 1, "own": "a"})
    contents = (
        (pictures(words, 8), Block("text", words["eight_text"])),
        (pictures(words, 1), Block("text", words["appeal_text"])),
    )
    gift = Ask(
        "joint.gift",
        words["give"],
        unit="USD",
        high=5.0,
        low_label=words["keep"],
        high_label=words["gives"],
        money=DOLLARS,
    )
    ends = {1: words["disagree"], 7: words["agree_strongly"]}
    points = tuple(Option(value, ends.get(value, "")) for value in range(1, 8))
    felt = [
        Ask(f"joint.felt{place}", item, unit="points", options=points)
        for place, item in enumerate(words["items"].split("|")[:2], start=1)
    ]
    boxes = [
        Ask(f"joint.pools.{letter}", label, unit="USD", high=4.0, money=DOLLARS)
        for letter, label in zip("ab", words["boxes"].split("|"), strict=False)
    ]

    def shown(name: str, kind: str, asks: list[Ask], with_content: bool) -> Screen:
        panels = [
            Panel(own, content if with_content else ())
            for own, content in zip(cells, contents, strict=True)
        ]
        return Screen(
            f"joint.{name}",
            kind,
            "trials",
            "joint",
            (Block("heading", words["appeal"]),),
            tuple(ask.in_panel(number) for number in (1, 2) for ask in asks),
            trial=1,
            stimulus="amina",
            panels=tuple(panels),
        )

    both = shown("one", "rate", [replace(felt[0], measure="joint.only")], True)
    return [
        shown("gift", "give", [gift], True),
        shown("felt", "rate", felt, False),
        # A question that only one of the levels has.
        replace(both, asks=both.asks[1:]),
        shown("pools", "split", boxes, False),
    ]


def deciding(words: dict[str, str]) -> list[Screen]:
    """A price list as a table, one choice of another on a screen of its own, and a rating with numbers."""
    options = (Option(1, words["mine"]), Option(0, words["theirs"]))
    amounts = (5.0, 35.0, 65.0, 85.0)
    asks = tuple(
        Ask(
            f"forgone.at_{amount:g}",
            f"${amount:g}",
            options=options,
            amount=amount,
            amounts=amounts,
        )
        for amount in reversed(amounts)
    )
    text = (Block("text", words["decide"]),)
    ends = {1: words["disagree"], 7: words["agree_strongly"]}
    points = tuple(Option(value, ends.get(value, "")) for value in range(1, 8))
    numbered = Ask("numbered", words["seven"], unit="points", options=points, numbered=True)
    alone = replace(asks[1], measure="alone.at_65", required=True)
    return [
        Screen("decide.list", "decide", "trials", "choices", text, asks),
        Screen("decide.one", "decide", "trials", "choices", text, (alone,)),
        Screen("rate.numbered", "rate", "scales", "impact", asks=(numbered,)),
    ]


def timing(words: dict[str, str]) -> list[Screen]:
    """Timed trials: one key with feedback, until the right key, too late, and pictures without a question."""

    def text(spot: Spot, name: str) -> Stimulus:
        return Stimulus(spot, words[f"key_{name}"])

    cross = Display("show.1", (Version((Stimulus("centre", "+"),)),), seconds=0.1)
    feedback = tuple(Version((text("centre", each),), (each,)) for each in ("wrong", "late"))
    keys = {"e": "kind", "i": "unkind"}
    word = Version((text("centre", "hug"),))
    labelled = Version((*word.stimuli, text("up left", "kind"), text("up right", "unkind")))
    sort = Ask("sort", correct="kind", keys=keys, until_right=True)
    return [
        Screen(
            "timed.key",
            "timed",
            "trials",
            "each",
            asks=(Ask("quick", correct="kind", keys=keys),),
            displays=(
                cross,
                Display("show.2", (word,), ask="quick", at_least=0.05),
                Display("show.3", feedback, of="quick", seconds=0.1),
                Display("show.4", (Version(),), seconds=0.05),
            ),
            trial=1,
            stimulus="hug",
            cells={"n": 1, "frame": "identified"},
        ),
        Screen(
            "timed.right",
            "timed",
            "trials",
            "each",
            asks=(sort, replace(sort, measure="sort.first", until_right=False, first=True)),
            displays=(cross, Display("show.2", (labelled,), ask="sort")),
            trial=2,
            stimulus="hug",
        ),
        Screen(
            "timed.late",
            "timed",
            "trials",
            "each",
            asks=(Ask("late", correct="kind", keys=keys),),
            displays=(
                Display("show.1", (word,), ask="late", seconds=0.12),
                Display("show.2", feedback, of="late", seconds=0.1),
            ),
            trial=3,
        ),
        Screen(
            "timed.pictures",
            "timed",
            "trials",
            "each",
            displays=(
                cross,
                Display(
                    "show.2",
                    (
                        Version(
                            (
                                Stimulus("left", image="media/face1.png", alt=""),
                                Stimulus("right", image="media/face2.png", alt=""),
                            )
                        ),
                    ),
                    seconds=0.1,
                ),
            ),
            trial=4,
        ),
    ]


def writing(words: dict[str, str]) -> list[Screen]:
    """Screens that ask for typed answers."""
    age = Ask("age", words["age"], True, "years", low=18.0, high=120.0, entry="integer", longest=3)
    return [
        Screen(
            "write.line",
            "write",
            "demographics",
            "words",
            asks=(Ask("word", words["line"], entry="text", longest=40),),
        ),
        Screen(
            "write.lines",
            "write",
            "demographics",
            "words",
            asks=(Ask("thoughts", words["lines"], entry="lines", longest=500),),
        ),
        Screen(
            "write.least",
            "write",
            "demographics",
            "words",
            asks=(Ask("reasons", words["lines"], entry="lines", longest=500, least=12),),
            at_least=0.3,
            countdown=True,
        ),
        Screen(
            "write.decimal",
            "write",
            "checks",
            "words",
            asks=(
                Ask(
                    "price",
                    words["price"],
                    low=0.0,
                    high=50.0,
                    step=0.01,
                    entry="decimal",
                    longest=5,
                    correct=10.5,
                ),
            ),
        ),
        Screen(
            "write.local",
            "write",
            "demographics",
            "words",
            asks=(Ask("friend", words["friend"], entry="text", longest=40, local=True),),
        ),
        Screen(
            "read.local",
            "read",
            "demographics",
            "words",
            (Block("text", words["thinking"]),),
            fills=(Fill("friend", "write.local", "friend", "answer"),),
        ),
        Screen(
            "write.age",
            "write",
            "demographics",
            "demographics",
            asks=(age,),
            after=(Rule(go="ineligible", measure="age", below=21),),
        ),
    ]


def ending(words: dict[str, str]) -> list[Screen]:
    """The ways a session ends."""
    ends: list[Any] = ["declined", "ineligible", "left"]
    return [
        Screen(
            "end",
            "read",
            "debrief",
            "debrief",
            texts(words["end"], words["end_text"]),
            ends="complete",
        ),
        *(
            Screen(how, "read", "payment", "payment", (Block("text", words[how]),), ends=how)
            for how in ends
        ),
    ]


BACK = {
    "choose.3": ("choose.2",),
    "rate.seven": ("rate.feelings",),
    "mark.3": ("mark.2",),
    "give.twenty": ("give.five",),
    "rank.four": ("select.some",),
    "split.ten": ("rank.four", "select.some"),
    "write.lines": ("write.line",),
    "write.least": ("write.lines", "write.line"),
    "read.local": ("write.local",),
}
"""Screen with a Back button -> where it leads."""


def with_ways_back(screens: Iterable[Screen]) -> Iterator[Screen]:
    """Give some screens a Back button."""
    for screen in screens:
        yield replace(screen, back=BACK.get(screen.id, ()))


def build(language: str) -> Timeline:
    """Build the timeline of every kind of screen in a language."""
    words = WORDS[language]
    of_language = interface(language)
    return Timeline(
        study="every_kind",
        title=words["title"],
        protocol_version="1.0",
        protocol_hash="0123456789abcdef",
        code_version="test",
        mode="primary",
        slot=7,
        language=language,
        direction=of_language.direction,
        interface=of_language.of_session(paid=True),
        exit="left",
        screens=tuple(
            with_ways_back(
                [
                    *reading(words),
                    *playing(words),
                    *choosing(words),
                    *rating(words),
                    *giving(words),
                    *together(words),
                    *side_by_side(words),
                    *deciding(words),
                    *timing(words),
                    *writing(words),
                    *ending(words),
                ]
            )
        ),
    )


def draw_faces() -> None:
    """Draw eight plain faces: differing in colour and hair, equal in all else."""
    from PIL import Image, ImageDraw

    (HERE / "media").mkdir(exist_ok=True)
    for number in range(1, 9):
        image = Image.new("RGB", (240, 300), (236, 229, 216))
        draw = ImageDraw.Draw(image)
        skin = (150 + 9 * number, 105 + 9 * number, 75 + 8 * number)
        hair = (40 + 10 * (number % 4), 30 + 6 * (number % 3), 30)
        draw.ellipse((30, 225, 210, 380), fill=(70 + 16 * number, 110, 170 - 12 * number))
        draw.ellipse((58, 42, 182, 180), fill=hair)
        draw.ellipse((68, 66, 172, 222), fill=skin)
        for eye in (98, 142):
            draw.ellipse((eye - 7, 132, eye + 7, 146), fill=(35, 30, 30))
        draw.arc((98, 155, 142, 190), 20, 160, fill=(110, 50, 45), width=5)
        image.quantize(32).save(HERE / "media" / f"face{number}.png", optimize=True)


def make_clips() -> None:
    """Make a film and a sound of less than half a second."""
    sys.path.insert(0, str(HERE.parent))
    import clips

    clips.clip(HERE / "media" / "film.webm", 0.4, sound=False, size="64x36")
    clips.clip(HERE / "media" / "sound.wav", 0.4)


def load(language: str) -> Timeline:
    """Load the committed timeline of a language."""
    path = HERE / f"every_kind.{language}.json"
    return Timeline.from_json(json.loads(path.read_text(encoding="utf-8")))


def write(path: Path, data: object) -> None:
    """Write plain data as the committed files have it."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    from contract import walks_with_rows

    draw_faces()
    make_clips()
    for each in LANGUAGES:
        write(HERE / f"every_kind.{each}.json", build(each).to_json())
        write(HERE / f"every_kind.{each}.rows.json", walks_with_rows(each))
