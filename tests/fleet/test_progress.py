"""What a scan shows while it works: a line now and then in a log, a bar on a terminal."""

from __future__ import annotations

import time

import pytest
from modelcheck.commands import fleet_progress
from modelcheck.commands.fleet_progress import counts, line
from modelcheck.fleet.scanning import Tally

BUSY = Tally(judged=300, unchanged=100, failed={"timeout": 2, "not-found": 1}, done=403, retried=1)


def test_a_line_says_progress_throughput_time_left_and_errors_by_kind() -> None:
    assert line(BUSY, 1209, 60.0) == (
        "403 of 1209 after 0:01:00, 6.7/s, about 0:02:00 left; "
        "300 judged, 1 after a retry, 100 unchanged, failed: 1 not-found, 2 timeout"
    )
    assert line(Tally(judged=2, done=2), 40, 60.0) == ("2 of 40 after 0:01:00, 2.0/min, about 0:19:00 left; 2 judged, 0 unchanged")
    assert line(Tally(), 40, 30.0) == "0 of 40 after 0:00:30, 0.0/min, none is done yet; 0 judged, 0 unchanged"
    assert counts(Tally()) == "0 judged, 0 unchanged"


def test_a_log_has_a_line_also_while_nothing_ends(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(fleet_progress, "_LOG_SECONDS", 0.1)
    with fleet_progress.fleet_progress(7, quiet=False) as ended:
        time.sleep(0.25)
        ended(Tally(judged=3, done=3))
        time.sleep(0.25)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 3
    assert lines[0].startswith("0 of 7 after 0:00:00, ")
    assert lines[-1].startswith("3 of 7 after 0:00:0")
    time.sleep(0.2)
    assert capsys.readouterr().err == "", "nothing after the end"


def test_quiet_shows_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(fleet_progress, "_LOG_SECONDS", 0.05)
    with fleet_progress.fleet_progress(7, quiet=True) as ended:
        ended(Tally(done=1))
        time.sleep(0.15)
    assert capsys.readouterr().err == ""
