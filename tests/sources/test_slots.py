"""How many requests are sent at a time, and that those that get no answer do not hold up the others."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest
from modelcheck.sources import slots
from modelcheck.sources.slots import Slots
from modelcheck.sources.transport import TransportError, _within


def in_threads(count: int, work: Any) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_no_more_requests_at_a_time_than_allowed() -> None:
    free, now, most, lock = Slots(3), [0], [0], threading.Lock()

    def send() -> None:
        with free.request():
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.01)
            with lock:
                now[0] -= 1

    for thread in in_threads(12, send):
        thread.join(10)
    assert most == [3]


@pytest.mark.parametrize(("count", "targets", "ahead"), [(8, 1, 8), (1, 1, 1), (8, 2, 3), (8, 8, 0), (16, 24, 0)])
def test_targets_that_fill_the_slots_fetch_nothing_ahead(count: int, targets: int, ahead: int) -> None:
    assert Slots(count, targets).ahead == ahead


def test_a_slow_request_makes_room_for_another_one_and_counts_as_waiting() -> None:
    free, sent = Slots(1), threading.Event()

    def send() -> None:
        with free.request():
            sent.set()

    with free.request() as slow:
        assert free.waiting == 0
        in_threads(1, send)
        assert not sent.wait(0.05)
        slow()
        assert sent.wait(5)
        assert free.waiting == 1
    assert free.waiting == 0
    with free.request():  # its place was given back once only
        in_threads(1, send)
        sent.clear()
        assert not sent.wait(0.05)


def test_there_is_a_bound_on_slow_requests() -> None:
    free = Slots(1)
    with ExitStack() as open_requests:
        for _ in range(7):
            open_requests.enter_context(free.request())()  # six are slow, the seventh keeps its place
        assert free.waiting == 6
        sent = threading.Event()
        in_threads(1, lambda: open_requests.enter_context(free.request()) and sent.set())
        assert not sent.wait(0.05)


def test_what_is_slow_follows_from_what_is_usual() -> None:
    free = Slots(1)
    assert free.slow_after == slots.SLOWEST
    for _ in range(100):
        with free.request():
            pass
    at_best = free.slow_after
    assert at_best < slots.SLOWEST / 2
    for _ in range(4):
        with free.request():
            time.sleep(0.3)
    assert at_best < free.slow_after <= slots.SLOWEST


def test_a_hub_that_is_slow_with_everything_is_not_asked_for_more() -> None:
    free = Slots(2)
    for _ in range(20):
        with free.request() as slow:
            slow()
    with free.request() as slow:
        slow()
        assert free.waiting == 0


def test_a_pause_counts_as_waiting() -> None:
    free = Slots(1)
    with free.pause():
        assert free.waiting == 1
    assert free.waiting == 0


def test_a_request_says_that_it_is_slow_before_it_is_too_late() -> None:
    told, over = [], threading.Event()
    with pytest.raises(TransportError, match="timeout"):
        _within(0.2, over.wait, (0.05, lambda: told.append(1)))
    assert told == [1]
    assert _within(5, lambda: 7, (0.05, lambda: told.append(2))) == 7
    assert told == [1]
    over.set()
