"""Files that a user names may be pipes: with a writer they are read, without one nothing waits for ever."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from modelcheck.piped import read_named

from conftest import ROOT, clean_environment

CHECKPOINT = str(ROOT / "fixtures/tiny-base")


def test_a_pipe_with_a_writer_is_read_up_to_the_limit(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"0123456789",))
    writer.start()
    assert read_named(pipe, 4, 5) == b"0123"
    writer.join()


def test_a_pipe_without_a_writer_is_given_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="a pipe to which nobody writes"):
        read_named(tmp_path / "pipe", 4, 0.2)


def scan(*options: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "modelcheck", "scan", *options, "--offline"]
    return subprocess.run(
        command, cwd=cwd, env=clean_environment(), input="", capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("option", ["--config", "--baseline", "--targets"])
def test_an_option_with_a_pipe_that_nobody_writes(option: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = scan(CHECKPOINT, option, "pipe", cwd=tmp_path)
    assert (done.returncode, "a pipe to which nobody writes" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


@pytest.mark.parametrize("target", ["-", "/dev/stdin"])
def test_standard_input_is_read_once(target: str, tmp_path: Path) -> None:
    done = scan(target, "--targets", "-", cwd=tmp_path)
    assert (done.returncode, "standard input is the list of targets" in done.stderr) == (2, True)


@pytest.mark.parametrize(("content", "says"), [(b"\xff\xfe", "not UTF-8"), (b"# none\n", "the list is empty")])
def test_a_list_that_cannot_be_used(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(content)
    done = scan("--targets", "list", cwd=tmp_path)
    assert (done.returncode, says in done.stderr) == (2, True)
