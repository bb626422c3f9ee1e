"""Markers: codes, names, and the errors where a port or a library is missing."""

from __future__ import annotations

import sys

import pytest

from experiments.lab.markers import (
    CODES,
    RESPONSE,
    MarkerError,
    Photodiode,
    SerialMarker,
    code_of,
    open_markers,
)


def test_codes_fit_a_byte_and_stay_the_same(english):
    codes = [code_of(screen.id) for screen in english.screens]
    assert all(1 <= code <= CODES for code in codes)
    assert max(codes) + RESPONSE <= 255
    assert code_of("give.five") == 58


@pytest.mark.parametrize("name", ["serial", "serial:", "parallel", "tcp:1", "photodiode:2", ""])
def test_a_name_that_is_not_understood_is_refused(name):
    with pytest.raises(MarkerError, match="is not a marker"):
        open_markers([name])


def test_what_is_asked_for_is_opened():
    assert open_markers([]) == []
    assert [type(marker) for marker in open_markers(["photodiode"])] == [Photodiode]


def test_a_port_that_is_not_there_is_named():
    with pytest.raises(MarkerError, match="'/dev/nowhere' cannot be opened"):
        open_markers(["serial:/dev/nowhere"])


@pytest.mark.parametrize(("name", "library"), [("serial:COM3", "serial"), ("lsl:eeg", "pylsl")])
def test_a_library_that_is_missing_is_named(name, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MarkerError, match=r"pip install 'compassion\[markers\]'"):
        open_markers([name])


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with pseudo-terminals")
def test_a_serial_port_gets_the_byte():
    import os

    reader, port = os.openpty()
    marker = SerialMarker(os.ttyname(port))
    marker.onset("give.five")
    marker.response("give.five")
    assert os.read(reader, 1) + os.read(reader, 1) == bytes([58, 58 + RESPONSE])
