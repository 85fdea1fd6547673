"""Requests at the same time take their time once."""

from __future__ import annotations

import time
from threading import Thread

from modelcheck.sources.clock import Clock


def test_what_runs_at_the_same_time_counts_once_and_a_pause_does_not() -> None:
    clock = Clock(10)

    def work() -> None:
        with clock.running():
            time.sleep(0.3)

    started = time.monotonic()
    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.monotonic() - started
    left = clock.left
    assert 10 - passed <= left <= 9.7
    time.sleep(0.1)
    assert clock.left == left


def test_it_runs_out_while_a_request_is_under_way() -> None:
    clock = Clock(0.05)
    with clock.running():
        time.sleep(0.1)
        assert clock.left < 0
