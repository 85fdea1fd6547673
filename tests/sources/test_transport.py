"""The threads that send requests: used again, never waited for when one of them hangs, and none of a fork's parent."""

from __future__ import annotations

import os
import threading
import time

import pytest
from modelcheck.sources.transport import TransportError, _within


def test_a_thread_sends_one_request_after_the_other() -> None:
    assert len({_within(5, threading.get_ident) for _ in range(20)}) == 1


def test_an_error_is_that_of_the_request_and_the_next_one_has_its_own_answer() -> None:
    def fails() -> None:
        raise TransportError("broke off")

    for _ in range(3):
        with pytest.raises(TransportError, match="broke off"):
            _within(5, fails)
        assert _within(5, lambda: 7) == 7


def test_a_request_that_hangs_keeps_its_thread_and_no_other() -> None:
    hanging = threading.Event()
    with pytest.raises(TransportError, match="timeout"):
        _within(0.05, hanging.wait)
    start = time.monotonic()
    assert _within(5, lambda: "next") == "next"
    assert time.monotonic() - start < 1
    hanging.set()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_has_threads_of_its_own() -> None:
    assert _within(5, lambda: 1) == 1
    child = os.fork()
    if child == 0:
        try:
            os._exit(_within(2, lambda: 42))
        except TransportError:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42


def test_what_is_due_is_done_while_the_answer_is_awaited() -> None:
    told = threading.Event()
    assert _within(10, lambda: told.wait(5), None, told.set)


def test_what_is_due_does_not_lengthen_the_wait_and_loses_no_answer() -> None:
    assert _within(0.05, lambda: "in time", None, lambda: time.sleep(0.1)) == "in time"
    hanging, start = threading.Event(), time.monotonic()
    with pytest.raises(TransportError, match="timeout"):
        _within(1, hanging.wait, None, lambda: time.sleep(0.9))
    assert time.monotonic() - start < 1.8
    hanging.set()
