"""The experimenter's password: kept as a hash, from the environment or a file."""

from __future__ import annotations

import pytest

from experiments.online.collector import hash_password, read_password
from experiments.online.collector.credentials import PasswordError, is_password


def test_a_password_is_known_by_its_hash_alone():
    kept = hash_password("correct horse", cost=2**4)
    assert "correct" not in kept
    assert is_password("correct horse", kept)
    assert not is_password("correct hors", kept)
    assert kept != hash_password("correct horse", cost=2**4)


def test_where_the_password_comes_from(tmp_path):
    assert read_password({}) is None
    assert is_password("long enough", read_password({"COMPASSION_PASSWORD": "long enough"}))
    kept = hash_password("long enough", cost=2**4)
    file = tmp_path / "password"
    file.write_text(kept + "\n")
    assert read_password({"COMPASSION_PASSWORD_FILE": str(file)}) == kept


def test_a_password_that_cannot_be_used_is_reported(tmp_path):
    with pytest.raises(PasswordError, match="at least 8"):
        read_password({"COMPASSION_PASSWORD": "short"})
    with pytest.raises(PasswordError, match="cannot be read"):
        read_password({"COMPASSION_PASSWORD_FILE": str(tmp_path / "none")})
