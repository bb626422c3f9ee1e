"""Every command's help is rendered: the same option, with the same words, for the same thing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from every_command import ALL
from typer.testing import CliRunner

from compassion.commands.main import app
from experiments.places import shipped_folder

#: Options that several commands have, and that mean the same in each of them.
SHARED = {"--mode", "--language", "--seed", "--workers", "--protocol", "--session", "--data"}
#: Options that name a file or folder; where output goes is always --to, data are always --data.
PATHS = {
    *("--to", "--data", "--protocol", "--prereg", "--power", "--prior", "--cache", "--recruitment"),
    # An earlier export whose allocation lists are used again.
    "--same-lists",
    # Tables of other people's data, and of items for a new study.
    *("--map", "--stimuli"),
}


def options(command: Any) -> dict[str, Any]:
    return {
        max(param.opts, key=len): param
        for param in command.params
        if param.param_type_name == "option" and param.name != "help"
    }


@pytest.mark.parametrize("name", [name for name, _ in ALL], ids=" ".join)
def test_help_is_rendered_with_an_example(name: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*name, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    text = " ".join(shown.output.split())
    assert f"compassion {' '.join(name)}" in text
    assert re.search(r"Examples?: compassion", text)


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ((), "[OPTIONS] COMMAND [ARGS]..."),
        (("check",), "[OPTIONS] FILE..."),
        (("new",), "[OPTIONS] NAME"),
        (("hypotheses", "show"), "[OPTIONS] NAME"),
        (("data", "delete"), "[OPTIONS] DATA... PARTICIPANT"),
    ],
    ids=" ".join,
)
def test_usage_shows_all_arguments_in_one_style(name: tuple[str, ...], usage: str) -> None:
    shown = CliRunner().invoke(app, [*name, "--help"], env={"COLUMNS": "200"})
    (line,) = [line for line in shown.output.splitlines() if line.strip().startswith("Usage:")]
    assert line.strip().endswith(" ".join((*name, usage)))


@pytest.mark.parametrize(
    "name", [(), ("data",), ("hypotheses",), *(name for name, _ in ALL)], ids=" ".join
)
def test_a_flag_shows_no_type(name: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*name, "--help"], env={"COLUMNS": "200"})
    assert "--help" in shown.output
    assert "bool" not in shown.output


def test_a_missing_argument_is_named_as_in_the_usage() -> None:
    result = CliRunner().invoke(app, ["new"], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert "Missing argument 'NAME'" in result.output


def test_the_same_option_has_the_same_words_everywhere() -> None:
    words: dict[str, set[str]] = {}
    for _, command in ALL:
        for option, param in options(command).items():
            if option in SHARED and not (option == "--language" and param.multiple):
                text = re.sub(r" ?\((?:default: [^)]*|with --\w+)\)", "", param.help).strip(" .")
                words.setdefault(option, set()).add(text)
    assert words.keys() == SHARED
    assert words.pop("--protocol") == {"Protocol file", "Protocol that was exported"}
    assert {option: texts for option, texts in words.items() if len(texts) > 1} == {}


def test_where_output_goes_is_always_to() -> None:
    for name, command in ALL:
        for option, param in options(command).items():
            if "Path" in str(param.type_descriptor.annotation):
                assert option in PATHS, (name, option)


def test_every_option_and_argument_is_explained() -> None:
    for name, command in ALL:
        for param in command.params:
            if param.name != "help":
                assert getattr(param, "help", None), (name, param.name)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("simulate", "x.yaml", "--n", "3", "--n", "4"), "--n"),
        (("power", "x.yaml", "--seed", "1", "--seed", "2"), "--seed"),
        (("analyse", "d", "--to", "a", "--to=b"), "--to"),
        (("data", "tally", "d", "--protocol", "a", "--protocol", "b"), "--protocol"),
        (("hypotheses", "show", "M5", "--to", "a.png", "--to", "b.png"), "--to"),
    ],
)
def test_an_option_given_twice_is_refused_and_not_decided_silently(
    words: tuple[str, ...], option: str
) -> None:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert f"{option}: given more than once" in " ".join(result.output.split())


def test_an_option_that_takes_several_may_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis import power

    asked: list[Any] = []

    def stop(study: Any, settings: Any, **others: Any) -> None:
        asked.append(settings)
        raise KeyboardInterrupt

    monkeypatch.setattr(power, "power_of", stop)
    protocol = str(shipped_folder("protocols") / "identified_victim.yaml")
    CliRunner().invoke(app, ["power", protocol, "--n", "100,200", "--n", "400", "--effect", "0.2"])
    (settings,) = asked
    assert settings.sizes == (100, 200, 400)
    assert settings.effects == (0.2,)
    assert settings.targets == (0.8, 0.9)


def test_the_version_is_shown() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    assert re.match(r"compassion \d+\.\d+\.\d+", result.output)


@pytest.mark.parametrize("name", [name for name, _ in ALL], ids=" ".join)
def test_help_has_no_words_that_only_programmers_know(name: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*name, "--help"], env={"COLUMNS": "200"}).output
    assert re.findall(r"(?<!-)\b(?:slots?|faults?|content hash|traceback)\b", shown) == []


def test_the_deep_check_counts_in_the_words_of_a_psychologist() -> None:
    protocol = str(shipped_folder("protocols") / "identified_victim.yaml")
    shown = CliRunner().invoke(app, ["check", protocol, "--deep"], env={"COLUMNS": "200"}).output
    assert re.search(
        r"real: [\d,]+ places in the allocation list, 3 conditions between participants, \d+ screens for each participant",
        shown,
    )
    assert not re.search(r"\bcells?\b|\bslots?\b", shown)
