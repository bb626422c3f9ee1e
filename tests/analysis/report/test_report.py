"""The page: complete, self-contained, marked if simulated, and never overwriting another one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import escape
from typer.testing import CliRunner

from analysis.curves.catalogue import family_label
from analysis.data.exclude import exclude
from analysis.data.load import load
from analysis.data.rows import KEYS
from analysis.planned import analyse_data, read_results
from analysis.planned.fitted import SecondFit
from analysis.planned.results import Preregistered
from analysis.report import browser, in_brief, page, print_pdf, write_report
from analysis.report.filters import templates
from analysis.report.page import plates
from experiments.study import open_study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def html(results, drawn):
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(sys.modules[plates.__module__], "plates", lambda results, result: drawn)
        return page(results)


def test_nothing_is_fetched(html):
    assert "<script" not in html
    assert "<link" not in html
    assert "@import" not in html
    sources = re.findall(r'(?:src|href|action)="([^"]*)"', html)
    assert sources
    assert all(source.startswith(("data:image/svg+xml;base64,", "#")) for source in sources)
    assert not re.search(r"url\(", html)


@pytest.mark.usefixtures("same_figures")
def test_the_page_shows_a_second_opinion_or_how_to_get_one(results, html):
    assert "compassion analyse --second-engine" in html
    first, *others = results.modes[0].models
    asked = replace(first, second_fits=(SecondFit("", "glmm 1", difference=0.001),))
    mode = replace(results.modes[0], models=(asked, *others))
    shown = page(replace(results, modes=(mode, *results.modes[1:])))
    assert "glmm 1: Least squares with equal variances. The two engines agree: the largest" in shown
    assert "compassion analyse --second-engine" not in shown


def test_the_verdict_is_first_and_all_parts_are_there(results, html, drawn):
    order = [
        html.index(in_brief(results.modes[0]).split(". ")[0]),
        *(
            html.index(f'id="{name}"')
            for name in ("figures", "descriptives", "contrasts", "models")
        ),
        *(
            html.index(f'id="{name}"')
            for name in ("model-comparison", "exclusions", "evidence", "how-to-read")
        ),
        html.index('id="reproduce"'),
    ]
    assert order == sorted(order)
    equations = results.modes[0].comparison.predictions["equation"]
    assert len(equations) == 12
    for equation in equations:
        assert str(escape(equation)) in html
    assert results.provenance.fingerprint in html
    assert results.provenance.command in html
    assert html.count("<img") == len(drawn)


def test_links_lead_somewhere(html):
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html


def test_simulated_pages_are_marked_and_collected_ones_are_not(html, collected):
    assert "No human being gave any of these answers" in html
    assert '<body class="simulated">' in html
    assert "<title>SIMULATED" in html
    plain = page(collected)
    assert "SIMULATED" not in plain.replace(plain[: plain.index("<body")], "")
    assert "No human being" not in plain


@pytest.mark.usefixtures("same_figures")
def test_hostile_texts_stay_texts(results):
    hostile = "<script>alert(1)</script>\"'&"
    result = results.modes[0]
    audit = pd.DataFrame(
        [{"participant": hostile, "session": "1", "cell": "all", "rule": "duration < 1/3 median", "why": hostile,
          "applies": "main analysis"}]
    )  # fmt: skip
    made = page(
        replace(
            results,
            study=results.study.model_copy(
                update={"title": hostile, "declares": {hostile: hostile}, "summary": hostile}
            ),
            preregistered=Preregistered(hostile, hostile, (hostile,)),
            modes=(replace(result, audit=audit, notes=(hostile,)),),
        )
    )
    assert "<script" not in made
    assert "&lt;script&gt;" in made


@pytest.mark.usefixtures("same_figures")
def test_hostile_texts_of_the_verdict_are_escaped(results):
    hostile = "<script>alert(1)</script>\"'&"
    result = results.modes[0]
    comparison = replace(
        result.comparison,
        cautions=(hostile,),
        left_out=(hostile,),
        predictions=result.comparison.predictions.assign(
            label=hostile, claim=hostile, equation=hostile, evidence=hostile
        ),
    )
    contrasts = result.contrasts.assign(contrast=hostile, model=hostile)
    changed = replace(
        result,
        contrasts=contrasts,
        comparisons=(comparison, replace(comparison, within=hostile)),
        measures=tuple(replace(m, prefix="<i>") for m in result.measures),
    )
    failed = replace(changed, comparisons=(replace(comparison, failed=hostile),))
    without = replace(changed, comparisons=())
    for mode in (changed, failed, without):
        made = page(replace(results, modes=(mode,)))
        assert "<script" not in made
        assert "<i>" not in made
        assert "&amp;lt;" not in made
        assert "&lt;script&gt;" in made


@pytest.mark.usefixtures("same_figures")
def test_what_could_not_be_estimated_is_not_reported(results):
    result = results.modes[0]
    made = page(
        replace(
            results,
            modes=(
                replace(
                    result,
                    models=tuple(replace(m, failed="Too few.") for m in result.models),
                    sensitivity=result.sensitivity.assign(
                        estimate=float("nan"), ci_low=float("nan"), ci_high=float("nan")
                    ),
                ),
            ),
        )
    )
    assert "Not fitted. Too few." in made
    assert "These models were fitted by one engine" in page(results)
    assert "These models were fitted by one engine" not in made
    assert "– –" not in made


@pytest.mark.usefixtures("same_figures")
def test_nonconvergence_is_reported_with_the_headline(results):
    result = results.modes[0]
    first, *others = result.models
    changed = replace(
        result,
        models=(replace(first, converged=False), *others),
        comparisons=(replace(result.comparison, unconverged=("M5", "M6")),),
    )
    made = page(replace(results, modes=(changed,)))
    headline = made.index('class="headline"')
    caution = made.index(f"did NOT converge in the planned model {first.name}: do not use")
    assert headline < caution < made.index("<p>", headline)
    assert "The fit of M5, M6 did NOT converge" in made
    assert in_brief(changed).startswith("The optimiser did NOT converge in the planned model")
    assert "NOT converge" not in page(results)


def sections(made: str) -> dict[str, str]:
    """Heading of each section -> what is under it, without tags."""
    found = {}
    for section in re.split(r"<h2[^>]*>", made)[1:]:
        heading, rest = section.split("</h2>", 1)
        found[heading] = re.sub(r"<[^>]+>", " ", rest).strip()
    return found


@pytest.mark.parametrize("case", ["nobody", "nobody left", "one condition"])
def test_a_report_on_little_has_no_bare_heading(results, case):
    data, study = load(results.provenance.sources[0]), open_study(protocol_of(results))
    sessions = data.sessions
    if case == "nobody":
        some = data.only(sessions.head(0))
    elif case == "nobody left":
        fallen = exclude(data, study).audit
        rows = fallen.loc[fallen["rule"] == "no consent", KEYS]
        some = data.only(sessions.merge(rows, on=KEYS))
        assert len(some.sessions)
    else:
        met = data.rows.loc[data.rows["victims"] == 1, KEYS].drop_duplicates()
        some = data.only(sessions.merge(met, on=KEYS))
    result = analyse_data(some, study)
    made = page(result)
    empty = [heading for heading, text in sections(made).items() if not text]
    assert empty == []
    assert all(f'id="{target}"' in made for target in re.findall(r'href="#([^"]+)"', made))
    assert ">nan<" not in made
    assert "is best supported" not in made[made.index('class="headline"') :].split("</p>")[0]
    if case == "one condition":
        assert result.modes[0].analysed > 5
        assert (
            "these data come from a single condition and show no difference between conditions"
            in made
        )
        assert (
            "All answers are from one condition (victims: 1), so there is no difference to estimate"
            in made
        )
    else:
        assert "There are no answers to describe." in made


def protocol_of(results):
    from analysis.planned.analyse import protocol_beside

    return protocol_beside([Path(results.provenance.sources[0])])


@pytest.mark.usefixtures("same_figures")
def test_several_modes_have_chapters_and_ids_of_their_own(results):
    other = replace(results.modes[0], mode="within")
    made = page(replace(results, modes=(results.modes[0], other)))
    assert "Mode: between" in made
    assert "Mode: within" in made
    ids = re.findall(r'id="([^"]+)"', made)
    assert len(ids) == len(set(ids))


@pytest.mark.usefixtures("same_figures")
def test_every_mode_leads_to_its_sections(results):
    other = replace(results.modes[0], mode="within")
    made = page(replace(results, modes=(results.modes[0], other)))
    links = re.findall(r'href="#([^"]+)"', made)
    assert {"between-model-comparison", "within-model-comparison", "evidence", "reproduce"} <= set(
        links
    )
    assert all(f'id="{target}"' in made for target in links)


def test_claim_rivals_evidence_and_people_are_in_the_verdict(results, html):
    verdict = html[html.index('class="verdict') : html.index("<nav")]
    for one in results.modes[0].comparison.predictions.to_dict("records"):
        said = family_label(one["family"]) if one["part"] == "rival" else one["claim"]
        assert str(escape(said)) in verdict
    assert "Evidence so far" in verdict
    assert f"{results.study.sample.per_cell:,} per cell" in verdict


def test_a_spike_at_half_is_listed_only_where_half_can_be_given(results):
    def spikes(step):
        mode = results.modes[0]
        measures = tuple(replace(m, high=5.0, step=step) for m in mode.measures)
        data = templates().get_template("report/data.html.j2").module
        return str(data.spikes(replace(mode, measures=measures)))

    assert ">Half<" in spikes(0.5)
    assert ">Half<" not in spikes(1.0)
    assert ">Nothing<" in spikes(1.0)


def test_parts_of_a_model_have_headings(results, html):
    assert any(model.family == "two_part" for model in results.modes[0].models)
    assert "Whether anything was given" in html
    assert "How much was given, by those who gave" in html


@pytest.mark.usefixtures("same_figures")
def test_order_and_prediction_are_stored(tmp_path, results):
    folder = write_report(results, tmp_path / "report", pdf=False).html.parent
    order = pd.read_csv(folder / "tables" / "comparison_order.csv")
    assert 0 <= order["posterior"].iloc[0] <= 1
    assert (folder / "tables" / "comparison_prediction.csv").is_file()
    again = read_results(folder).modes[0].comparison
    pd.testing.assert_frame_equal(again.order, results.modes[0].comparison.order, check_dtype=False)


@pytest.mark.usefixtures("same_figures")
def test_what_a_study_can_tell_says_what_happens_otherwise(results):
    told = "With 40 participants, the verdict would be in favour of the claim in .00 of studies."
    shown = page(replace(results, modes=(replace(results.modes[0], foretold=(told,)),)))
    assert (
        f"{told} If the verdict is not in favour of a claim that is true, it is undetermined, or"
        in shown
    )
    assert "simulated, without losses, and exact to about two digits" in shown
    assert "which is then wrong" not in page(results)


@pytest.mark.usefixtures("same_figures")
def test_deviations_from_a_preregistration_are_listed(results):
    checked = Preregistered("prereg.json", "0123", ("SESOI changed.",))
    assert "<li>SESOI changed.</li>" in page(replace(results, preregistered=checked))
    checked = Preregistered("prereg.json", "0123")
    assert "There are no deviations." in page(replace(results, preregistered=checked))


@pytest.mark.usefixtures("same_figures")
def test_reports_are_never_overwritten(tmp_path, results):
    folders = [write_report(results, tmp_path / "report", pdf=False).html.parent for _ in range(3)]
    assert [folder.name for folder in folders] == ["report", "report-2", "report-3"]
    (tmp_path / "report-4").mkdir()
    assert write_report(results, tmp_path / "report", pdf=False).html.parent.name == "report-4"
    for folder in folders:
        assert {p.name for p in folder.iterdir()} == {"report.html", "results.json", "tables"}


@pytest.mark.usefixtures("same_figures")
def test_without_a_browser_there_is_the_page_and_a_note(tmp_path, results, monkeypatch):
    monkeypatch.setattr("analysis.report.write.browser", lambda: None)
    written = write_report(results, tmp_path / "report")
    assert written.pdf is None
    assert "requires Chromium, Chrome or Edge, and none was found" in written.note
    assert written.html.stat().st_size > 100_000


@pytest.mark.usefixtures("same_figures")
def test_a_browser_that_fails_is_reported(tmp_path, results, monkeypatch):
    monkeypatch.setattr("analysis.report.write.browser", lambda: shutil.which("false"))
    written = write_report(results, tmp_path / "report")
    assert written.pdf is None
    assert written.note.startswith("No PDF: false failed to print it")


@pytest.mark.browser
@pytest.mark.skipif(browser() is None, reason="there is no browser to print with")
def test_pdf_has_pages_with_their_stamp_and_the_mark(tmp_path, html, results):
    source, target = tmp_path / "page with space.html", tmp_path / "page.pdf"
    source.write_text(html, encoding="utf-8")
    assert print_pdf(source, target) == ""
    assert target.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext to read it with")
    text = subprocess.run(
        ["pdftotext", "-layout", str(target), "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = text.rstrip("\f").split("\f")
    assert len(pages) > 8
    assert f"1 / {len(pages)}" in pages[0]
    assert all("SIMULATED" in one for one in pages)
    assert results.provenance.fingerprint in pages[-1]


@pytest.mark.usefixtures("same_figures")
def test_commands(tmp_path, results):
    from compassion.commands.main import app

    run = CliRunner()
    data, to = results.provenance.sources[0], tmp_path / "report [old]"
    result = run.invoke(app, ["analyse", data, "--to", str(to), "--no-pdf"])
    assert result.exit_code == 0, result.output
    assert str(to / "report.html") in result.output
    assert in_brief(results.modes[0]).split(". ")[0] in result.output.replace("\n", " ")
    assert "Simulated data" in result.output
    again = run.invoke(app, ["report", str(to), "--no-pdf"])
    assert again.exit_code == 0, again.output
    assert (to / "report-2.html").read_bytes() == (to / "report.html").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["analyse", "nowhere"], "does not exist"),
        (["report", "nowhere"], "cannot be read as results"),
    ],
)
def test_mistakes_end_with_a_sentence(arguments, message):
    from compassion.commands.main import app

    result = CliRunner().invoke(app, arguments)
    assert result.exit_code != 0
    assert message in str(result.exception)
