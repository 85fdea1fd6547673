"""Code that takes too long, or is given too much, ends with Exceeded wherever it is."""

from __future__ import annotations

import threading
import time

import pytest
from modelcheck.errors import Exceeded
from modelcheck.limits import Limit


def work_for_ever() -> None:
    while True:
        try:
            sum(range(100))
        except Exception:  # noqa: BLE001 - what code under a limit may do
            continue


def nested(depth: int = 0) -> int:
    return nested(depth + 1)


def test_endless_work_ends_though_it_catches_every_exception() -> None:
    started = time.thread_time()
    with pytest.raises(Exceeded, match=r"takes more than 0\.3 s of processor time"):
        Limit(0.3).run(work_for_ever)
    assert time.thread_time() - started < 3


def test_a_limit_is_for_all_its_calls_and_nothing_runs_once_it_is_used_up() -> None:
    limit, ran = Limit(0.3), []
    with pytest.raises(Exceeded):
        limit.run(work_for_ever)
    with pytest.raises(Exceeded):
        limit.run(lambda: ran.append(1))
    assert ran == []


def test_an_inner_limit_does_not_extend_the_outer_one() -> None:
    with pytest.raises(Exceeded, match=r"0\.3"):
        Limit(0.3).run(lambda: Limit(60).run(work_for_ever))


def test_waiting_is_free() -> None:
    assert Limit(0.3).run(lambda: time.sleep(0.7)) is None


def test_code_after_a_limit_is_left_alone() -> None:
    for _ in range(20):
        with pytest.raises(Exceeded):
            Limit(0.01).run(work_for_ever)
    end = time.thread_time() + 0.5
    while time.thread_time() < end:
        pass


def test_each_thread_has_its_own() -> None:
    results: list[str] = []

    def limited() -> None:
        try:
            Limit(0.3).run(work_for_ever)
        except Exceeded as why:
            results.append(str(why))

    threads = [threading.Thread(target=limited) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(results) == 3


def test_nesting_and_memory_are_told() -> None:
    with pytest.raises(Exceeded, match="nested too deeply"):
        Limit(5).run(nested)
    with pytest.raises(Exceeded, match="too much memory"):
        Limit(5).run(lambda: bytearray(2**62))


def test_waiting_is_no_work_where_only_the_whole_processs_time_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "pthread_getcpuclockid")
    assert Limit(0.05).run(lambda: time.sleep(0.6) or "done") == "done"  # type: ignore[func-returns-value]
