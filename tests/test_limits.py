"""Code that takes too long, or is given too much, ends with Exceeded wherever it is."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from modelcheck import limits
from modelcheck.errors import Exceeded
from modelcheck.limits import Limit, pace, uncounted


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


def busy(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(100))


def test_what_is_prepared_for_all_files_is_not_counted() -> None:
    def work() -> str:
        with uncounted():
            busy(0.8)
        return "done"

    assert Limit(0.3).run(work) == "done"


def test_what_follows_is_counted_again() -> None:
    def work() -> None:
        busy(0.2)
        with uncounted():
            busy(0.5)
        work_for_ever()

    started = time.thread_time()
    with pytest.raises(Exceeded):
        Limit(0.4).run(work)
    assert time.thread_time() - started > 0.6


def test_without_a_limit_it_does_nothing() -> None:
    with uncounted():
        busy(0.01)


GRAMMAR = """
import sys
from pathlib import Path
import hcl2.parser
from modelcheck.documents.hcl import read_tokens
from modelcheck.limits import Limit
hcl2.parser.PARSER_FILE = Path(sys.argv[1], "grammar")
print(len(Limit(0.3).run(lambda: read_tokens("a = 1\\n"))))
"""


def test_the_first_terraform_file_after_an_installation_is_read(tmp_path: Path) -> None:
    """The grammar is then built, which takes seconds, and longer than a file may take on a slow machine."""
    done = subprocess.run([sys.executable, "-c", GRAMMAR, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "3", done.stderr


def test_a_slow_machine_has_as_many_more_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    def used(times: float) -> float:
        monkeypatch.setattr(limits, "pace", lambda: times)
        started = time.thread_time()
        with pytest.raises(Exceeded, match=r"0\.3 s"):
            Limit(0.3).run(work_for_ever)
        return time.thread_time() - started

    assert used(5.0) > 3 * used(1.0)
    assert 1.0 <= pace() <= 6.0
