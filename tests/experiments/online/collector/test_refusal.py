"""What the server logs of its errors."""

from __future__ import annotations

import logging

from experiments.online.collector.refusal import LOG, OncePerMinute


def test_the_same_fault_is_written_once_in_a_while(caplog):
    faults = [f for f in LOG.filters if isinstance(f, OncePerMinute)]
    assert len(faults) == 1
    with caplog.at_level(logging.ERROR, LOG.name):
        for _ in range(100):
            LOG.error("%s", "the disk of this test is full")
        LOG.error("%s", "the database of this test is locked")
    assert [record.getMessage() for record in caplog.records] == [
        "the disk of this test is full",
        "the database of this test is locked",
    ]
