"""The text of every situation says what its table of tests says, once, and never two things that exclude each other."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from analysis.curves.compare import Verdict
from analysis.planned import Results
from analysis.report import in_brief, page
from analysis.report.filters import templates
from tests.analysis.report.situations import SITUATIONS, WHY, Situation

NAMES = list(SITUATIONS)
FEW = 4
SENTENCES = re.compile(r"(?<=[.:])\s+(?=[A-Z“])")


def ended(base: Results, situation: Situation) -> Results:
    """The results of a study that ended in a situation."""
    mode = base.modes[0]
    (primary, *_) = [model for model in mode.models if model.role == "primary"]
    models = (replace(primary, combined=situation.combined),)
    mode = replace(mode, models=models, verdicts=mode.verdicts.head(0))
    if situation.primary is not None:
        return replace(base, modes=(replace(mode, contrasts=situation.primary, comparisons=()),))
    one = replace(
        mode.comparisons[0], verdict=situation.verdict, order=mode.comparisons[0].order.head(0)
    )
    if situation.curves:
        found = situation.curves()
        tables = found.tables()
        own = {
            name: tables[name] for name in ("curves", "differences", "specified") if name in tables
        }
        one = replace(
            one, **own,
            families=tables["families"], lines=one.lines.head(0), free="scale",
            sesoi=found.flat.sesoi if found.flat else None,
            predictions=one.predictions.assign(family="a family"),
        )  # fmt: skip
    contrasts = mode.contrasts.assign(role="secondary")
    return replace(base, modes=(replace(mode, contrasts=contrasts, comparisons=(one,)),))


@pytest.fixture(scope="module")
def text_of(two_factors):
    """Name -> verdict, text of the page, of the console, of the preregistration."""
    with pytest.MonkeyPatch.context() as changed:
        import sys

        changed.setattr(sys.modules[page.__module__], "plates", lambda results, result: [])
        draft = templates().get_template("prereg/plan.md.j2").module.draft
        found = {}
        for name, situation in SITUATIONS.items():
            results = ended(two_factors, situation)
            mode = results.modes[0]
            verdict = mode.comparison.verdict if mode.comparison else mode.primary
            shown = re.sub(
                r"</(p|h\d|li|td|dt|dd|figcaption)>", "\n", page(results).split("<main>")[1]
            )
            plain = html.unescape(re.sub(r"<[^>]+>", "", shown)).replace("\u00a0", " ")
            console = in_brief(mode)
            found[name] = verdict, plain, console, str(draft(results))
        return found


@pytest.fixture(params=NAMES)
def said(request, text_of) -> tuple[Verdict, str, str, str]:
    return text_of[request.param]


def test_there_are_enough_situations():
    assert len(SITUATIONS) >= 40


def test_each_sentence_is_said_once_and_in_all_places(said):
    _, shown, console, draft = said
    headline, *sentences = SENTENCES.split(console)
    assert headline.rstrip(".") in shown
    for sentence in (headline, *sentences):
        assert sentence in draft
    for sentence in sentences:
        # The reason for a failure is given wherever the contrast is listed.
        assert shown.count(sentence) == 1 or sentence == WHY, sentence


def test_no_number_is_infinite_or_missing(said):
    for text in (said[2], said[3]):
        assert not re.search(r"∞|\b(inf|nan|None)\b(?! of)", text)


def test_planned_contrasts_alone_rest_on_no_fitted_means():
    planned = SITUATIONS["contrast supported"].contrasts
    assert not Verdict(planned).of_means
    assert Verdict(tuple(replace(test, by="means") for test in planned)).of_means
    assert SITUATIONS["curve at few"].verdict.of_means


def names_after(words: str, text: str) -> set[str]:
    """The families that a sentence lists."""
    found = re.search(rf"{words}: (.*?)\.(?: [A-Z]|$)", text)
    listed = re.split(r"[,;] (?![^(]*\))", found[1]) if found else []
    return {name.split(" (F(")[0].split(" (G²")[0] for name in listed}


def test_no_family_is_possible_and_ruled_out(said):
    verdict, _, console, _ = said
    possible = names_after("Still possible", console) | names_after("Not ruled out", console)
    excluded = names_after(r"Ruled out by weight \(below \.05\)", console)
    rejected = names_after("Rejected by the means", console)
    assert not possible & excluded
    assert not possible & rejected
    assert not excluded & rejected
    leader = re.search(
        r"The leading family, (.*?), has .* the means reject its best curve", console
    )
    assert not leader or leader[1] not in possible
    # By the rows themselves.
    gone = [t.family for t in verdict.of("fit") if t.decided == "rejected"]
    if not verdict.contrasts and len(verdict.families) > 1:
        words = {verdict.label_of(name) for name in verdict.families if name not in gone}
        assert possible <= words


def code_by_hand(verdict: Verdict) -> str:
    """What the rows of a claim's contrasts say, worked out independently."""
    codes = []
    for t in verdict.of("contrast"):
        (same,) = [e for e in verdict.of("equivalence") if e.name == t.name] or [None]
        if t.decided == "failed":
            codes.append((t, "undetermined"))
        elif same is not None and same.p < 0.05:
            codes.append((t, "small"))
        elif t.p_corrected < 0.05:
            codes.append((t, "below" if t.estimate < 0 else "above"))
        else:
            codes.append((t, "undetermined"))
    wanted = {">": "above", "=": "small"}
    against = {">": ("below",), "=": ("above", "below")}
    if any(code in against[t.claimed] for t, code in codes):
        return "contradicted"
    if all(code == wanted[t.claimed] for t, code in codes):
        return "shown"
    return "small" if all(code == "small" for _, code in codes) else "undetermined"


def test_the_headline_follows_from_the_rows(said):
    verdict, _, console, _ = said
    headline = console.split(". ")[0]
    if verdict.combined:
        differ = [t.decided == "different" for t in verdict.of("contrast")]
        if len(differ) > 1:
            assert headline.startswith(f"{sum(differ) or 'None'} of {len(differ)} primary")
        elif differ[0]:
            assert headline.startswith("There is a difference")
        else:
            assert headline in (
                "Undetermined",
                "No result",
                "The difference is too small to matter",
            )
        return
    if not verdict.contrasts:
        rows = {t.by: t for t in verdict.of("weight") if t.name == verdict.family}
        if headline != "Undetermined":
            assert rows["BIC"].estimate >= verdict.rule.bic
            fit = verdict.fit_of(verdict.family)
            assert fit is None or fit.p_corrected >= 0.05
            assert (
                headline.lower() == f"{verdict.label_of(verdict.family)} is best supported".lower()
            )
        return
    expected = {
        "shown": ("in the direction of the claim", "in the claimed order", "as claimed"),
        "contradicted": (
            "in the opposite direction",
            "not in the claimed order",
            "against the claim",
        ),
        "small": ("too small to matter",),
        "undetermined": ("Undetermined",),
    }[code_by_hand(verdict)]
    if verdict.answer == "undetermined":
        # What follows says which of the claimed differences are too small.
        headline, *why = headline.split(": ")
        assert bool(why) == bool(verdict.steps("equivalent"))
    assert headline.endswith(expected), headline


def test_the_interval_that_decides_is_shown_and_on_the_side_that_is_said(said):
    verdict, _, console, _ = said
    for row in verdict.contrasts:
        one = row.difference
        if one.decided == "failed" or one.ci_low != one.ci_low:
            continue
        sentence = next(s for s in re.split(r"(?<=\)\.) ", console) if one.label in s)
        level = 90 if row.code == "equivalent" else 95
        shown = dict(re.findall(r"(\d+) % interval \[(.*?)\]", sentence))
        assert str(level) in shown
        assert ("95" in shown) == (level == 95)
        ends = {k: [float(e.replace("−", "-")) for e in v.split(", ")] for k, v in shown.items()}
        bound = re.search(r"±([\d.]+)", sentence)
        if row.code == "equivalent":
            assert max(map(abs, ends["90"])) < float(bound[1])
        elif "90" in ends:
            outside = max(map(abs, ends["90"])) > float(bound[1])
            assert outside or ", but this is not enough after the correction (p = " in sentence
            assert outside == ("is not within" in sentence)
        if row.code in ("different", "opposite"):
            assert ends["95"][0] * ends["95"][1] > 0
        elif level == 95 and not one.corrected:
            assert ends["95"][0] * ends["95"][1] < 0


def test_no_number_reads_like_the_bound_that_it_is_not_at(said):
    _, shown, console, draft = said
    for text in (shown, console, draft):
        assert not re.search(r"p = \.0500*\b(?!\d)", text)
    for value, bound in re.findall(
        r"BIC weight of (\.\d+).*?its BIC weight is below (\.\d+)", console
    ):
        assert float(value) < float(bound)
    for value, bound in re.findall(
        r"AICc weight of (\.\d+).*?its AICc weight is below (\.\d+)", console
    ):
        assert float(value) < float(bound)


def test_every_contrast_that_failed_is_named_with_its_reason(said):
    verdict, shown, console, draft = said
    failed = [t for t in verdict.of("contrast") if t.decided == "failed"]
    for text in (shown, console, draft):
        for test in failed:
            assert test.label in text
            assert WHY in text
    assert ("could not be estimated" in console) == bool(failed)


def test_tests_with_few_degrees_of_freedom_say_that_they_tell_little(said):
    verdict, _, console, _ = said
    few = [t for t in verdict.of("claim", "flat") if t.decided == "not rejected" and t.df < FEW]
    assert ("can hardly reject anything" in console) == bool(few and not verdict.contrasts)


def test_a_situation_has_few_degrees_of_freedom(text_of):
    assert any("can hardly reject anything" in console for *_, console, _ in text_of.values())


def test_what_is_said_of_fits_excludes_nothing_else_that_is_said(said):
    verdict, _, console, _ = said
    fits = verdict.of("fit", "claim")
    if "None of the predicted curves" in console:
        assert all(t.decided == "rejected" for t in fits)
        assert "is not rejected by the means" not in console
        assert "Still possible" not in console
    if "cannot tell it from the claim" in console:
        assert "is best supported" not in console
        assert verdict.flat.family not in verdict.excluded
    for test in verdict.of("claim"):
        if test.decided == "not rejected":
            own = verdict.fit_of(test.family)
            assert own is None or own.decided != "rejected"
    corrected = [t.p_corrected for t in fits if t.decided != "failed"]
    assert all(
        a >= t.p for a, t in zip(corrected, [t for t in fits if t.decided != "failed"], strict=True)
    )
