"""Files that are fetched ahead: some at a time, each once, and what fails is raised where it is read."""

from __future__ import annotations

import threading
import time

import pytest
from modelcheck.errors import Unavailable
from modelcheck.sources.coming import Coming
from modelcheck.sources.slots import Slots


def test_a_file_is_fetched_once_and_handed_over_once() -> None:
    coming, calls = Coming(Slots(4)), []

    def work() -> bytes:
        calls.append(1)
        time.sleep(0.1)
        return b"content"

    coming.start("a", work)
    coming.start("a", work)
    time.sleep(0.05)
    assert coming.take("a") == b"content"
    assert (coming.take("a"), len(calls)) == (None, 1)


def test_what_fails_is_raised_for_the_reader_and_holds_up_nothing_else() -> None:
    coming = Coming(Slots(1))

    def fail() -> bytes:
        raise Unavailable("timeout", "a", "too late")

    coming.start("a", fail)
    coming.start("b", lambda: b"b")
    time.sleep(0.2)
    with pytest.raises(Unavailable, match="too late"):
        coming.take("a")
    assert coming.take("b") == b"b"


def test_a_file_that_still_waits_for_a_thread_is_left_to_its_reader() -> None:
    coming, go = Coming(Slots(1)), threading.Event()
    coming.start("a", lambda: b"a" if go.wait(10) else b"")
    time.sleep(0.05)
    coming.start("b", lambda: b"b")
    assert coming.take("b") is None
    go.set()
    assert coming.take("a") == b"a"


def test_no_thread_starts_where_all_requests_are_under_way() -> None:
    slots = Slots(1)
    coming = Coming(slots)
    with slots.request():
        coming.start("a", lambda: b"a")
        time.sleep(0.05)
        assert coming.take("a") is None
