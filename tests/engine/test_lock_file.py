"""The format of the lock: what is written is read, and a locked verdict explains its probability."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.engine.lock.file import Locked, parse_lock, write_lock
from modelcheck.verdict import CERTAIN, nats_of, probability

WEIGHTS = st.lists(st.floats(-9, 9).map(lambda nats: round(nats, 2)), max_size=3)
HEAD = 'version = 1\n[checkpoint."a/b"]\nlabel = "base"\np-instruct = 0.0100\n'


@given(WEIGHTS, st.integers(0, 10_000))
def test_the_evidence_of_an_entry_adds_up_to_its_probability(weights: list[float], p: int) -> None:
    entry = Locked(None, "unknown", p / 10_000, because=tuple(f"reason {n}" for n in range(len(weights))), nats=tuple(weights))
    total, wanted = entry.verdict.nats(), nats_of(p / 10_000)
    limited = abs(wanted) > CERTAIN - 0.15 and total * wanted > 0 and abs(total) >= abs(wanted)
    assert limited or total == pytest.approx(wanted, abs=0.15)
    assert [one.evidence.because for one in entry.verdict.decisive][: len(weights)] == list(entry.because)


@given(WEIGHTS)
def test_what_is_written_is_read(weights: list[float]) -> None:
    entry = Locked("c" * 40, "instruct", 0.9876, because=tuple("abc"[: len(weights)]), nats=tuple(weights))
    assert parse_lock(write_lock({"a/b": entry}, tool="0", date="2026-01-01"), Path("l")) == {"a/b": entry}


@pytest.mark.parametrize(
    "line", ['nats = "x"', "nats = [true]", "nats = [inf, 1.0]", "nats = [nan]", "nats = [1.0, 2.0, 3.0]", "nats = [[1.0]]", ""]
)
def test_an_entry_without_valid_weights_has_one_piece_of_evidence_for_all(line: str) -> None:
    """Locks of older versions have none, and a lock is a file of the repository that anyone may have edited."""
    entry = parse_lock(f'{HEAD}because = ["first", "second"]\n{line}\n', Path("l"))["a/b"]
    assert [one.evidence.weight for one in entry.verdict.decisive][:2] == [0.0, 0.0]
    assert entry.verdict.nats() == pytest.approx(math.log(0.01 / 0.99))


def test_nats_of_is_the_inverse_of_a_probability() -> None:
    for nats in (-CERTAIN, -1.5, 0.0, 2.0, CERTAIN):
        assert nats_of(probability(nats)) == pytest.approx(nats)
