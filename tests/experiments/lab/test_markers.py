"""Markers: codes, wishes, and words where a port or a library is missing."""

from __future__ import annotations

import sys

import pytest

from experiments.lab.markers import (
    CODES,
    RESPONSE,
    AllMarkers,
    MarkersError,
    Photodiode,
    SerialMarkers,
    code_of,
    markers_of,
)


def test_codes_fit_a_byte_and_stay_the_same(english):
    codes = [code_of(screen.id) for screen in english.screens]
    assert all(1 <= code <= CODES for code in codes)
    assert max(codes) + RESPONSE <= 255
    assert code_of("give.five") == 58


@pytest.mark.parametrize("wish", ["serial", "serial:", "parallel", "tcp:1", "photodiode:2", ""])
def test_a_wish_that_is_not_understood_is_told(wish):
    with pytest.raises(MarkersError, match="is no marker"):
        markers_of([wish])


def test_nothing_is_opened_when_nothing_is_wished():
    assert markers_of([]) is None
    several = markers_of(["photodiode"])
    assert isinstance(several, AllMarkers)
    assert isinstance(several._all[0], Photodiode)


def test_a_port_that_is_not_there_is_told():
    with pytest.raises(MarkersError, match="'/dev/nowhere' cannot be opened"):
        markers_of(["serial:/dev/nowhere"])


@pytest.mark.parametrize(("wish", "library"), [("serial:COM3", "serial"), ("lsl:eeg", "pylsl")])
def test_a_library_that_is_missing_is_told(wish, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MarkersError, match=r"pip install 'compassion\[markers\]'"):
        markers_of([wish])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_serial_port_gets_the_byte():
    import os

    reader, port = os.openpty()
    markers = SerialMarkers(os.ttyname(port))
    markers.ready("give.five")
    markers.onset()
    markers.response("give.five")
    assert os.read(reader, 1) + os.read(reader, 1) == bytes([58, 58 + RESPONSE])
