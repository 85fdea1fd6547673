"""A worker ends with the process that started it, even where that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from modelcheck.probe import parent

CHILD = f"import time; from {parent.__name__} import end_with_parent; end_with_parent(); print('ready', flush=True); time.sleep(60)"
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_ends_when_its_parent_is_killed(signal_: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.send_signal(signal_)
        process.wait(10)
    end = time.monotonic() + 20
    while time.monotonic() < end and _runs(child):
        time.sleep(0.1)
    assert not _runs(child)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # Nobody may have waited for it yet.
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_worker_whose_parent_has_ended_before_it_began_to_watch(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        pass
    (tmp_path / "weights").mkdir()
    code = CHILD.replace("end_with_parent()", f"end_with_parent({str(tmp_path / 'weights')!r})")
    env = {**os.environ, parent.STARTED_BY: str(ended.pid)}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=env, timeout=20, stdout=subprocess.DEVNULL).returncode == 1
    assert not (tmp_path / "weights").exists()
