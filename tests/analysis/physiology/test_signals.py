"""Faults of files with signals: each has a sentence with the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import AnalysisError
from analysis.physiology.neurokit import neurokit
from analysis.physiology.recordings import Recording, read_recordings
from analysis.physiology.signals import read_signals

LIST = "participant,session,file,rate,period,at\n"


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("rr\n800\n-5\n810\n", 3, "the RR interval is -5"),
        ("rr\n800\n0\n810\n", 3, "the RR interval is 0"),
        ("rr\n800\nlots\n810\n", 3, "'rr' is 'lots', which is no number"),
        ("rr\n800\nnan\n810\n", 3, "'rr' is 'nan', which is no number"),
        ("rr\n0.8\n0.82\n0.81\n", 2, "a median of 0.81, as if they were in seconds"),
        ("rr\n800\n820\n60000\n", 4, "the RR interval is 60000 ms, longer than 5000 ms"),
        ("time;rr\n0.8;800\n0.7;820\n2.4;810\n", 3, "the time 0.7 s is not after that of the line before"),
        ("time,rr\n800,800\n1620,820\n2430,810\n", 2, "as if they were in milliseconds"),
        ("rr\n800\n", 1, "the file has 1 RR intervals"),
        ("ibi\n800\n", 1, "there is no column 'rr'; the columns are ibi"),
        ("time,rr\n0.8,800\n1.6\n", 3, "found 1 cells, and the first line has 2"),
        ("", 1, "there is no column 'rr'; the columns are none"),
    ],
)  # fmt: skip
def test_faults_of_intervals(tmp_path: Path, text: str, line: int, found: str) -> None:
    path = tmp_path / "rr.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnalysisError) as caught:
        read_signals(Recording(2, "p01", "1", path, None, "rest", 0.0))
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert found in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("ecg,emg\n1,2\n", 1, "the column 'emg' is unknown"),
        ("time\n1\n", 1, "there is no signal"),
        ("ecg\n1\n\n2\nx\n", 5, "'ecg' is 'x'"),
        ("ecg\n" + "1\n" * 500, 1, "the recording lasts 5 s"),
    ],
)
def test_faults_of_samples(tmp_path: Path, text: str, line: int, found: str) -> None:
    path = tmp_path / "ecg.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnalysisError, match=f"ecg.csv:{line}: .*{found}"):
        read_signals(Recording(2, "p01", "1", path, 100.0, "rest", 0.0))


@pytest.mark.parametrize(
    ("lines", "line", "found"),
    [
        ("p01,1,rr.csv,,rest,soon\n", 2, "'at' is 'soon', which is no number"),
        ("p01,1,rr.csv,,,3\n", 2, "'period' is empty"),
        ("p01,1,rr.csv,-1,rest,3\n", 2, "the rate is -1"),
        ("p01,1,rr.csv,,rest,3\np02,1,none.csv,,rest,3\n", 3, "there is no file"),
        ("p01,1,rr.csv,,rest,3\np01,,rr.csv,,rest,4\n", 3, "the session '1' of 'p01' is in line 2"),
    ],
)
def test_faults_of_the_list(tmp_path: Path, lines: str, line: int, found: str) -> None:
    (tmp_path / "rr.csv").write_text("rr\n800\n", encoding="utf-8")
    path = tmp_path / "recordings.csv"
    path.write_text(LIST + lines, encoding="utf-8")
    with pytest.raises(AnalysisError, match=f"recordings.csv:{line}: .*{found}"):
        read_recordings(path)


def test_without_neurokit_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "neurokit2", None)
    with pytest.raises(AnalysisError, match="NeuroKit2, which is not installed") as caught:
        neurokit()
    assert "pip install --no-deps neurokit2==" in caught.value.remedy
