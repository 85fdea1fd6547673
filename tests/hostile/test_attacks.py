"""Every attack ends in a clear report, within its time and memory, and the target after it is judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from modelcheck.limits import pace

from conftest import ROOT, clean_environment
from forking import Starter
from hostile import binaries, checkpoints, scripts, yaml_files
from hostile.attack import MEGABYTES, NEXT, SECONDS, Attack, Measured, run_measured, write_files

ATTACKS = {**yaml_files.ATTACKS, **scripts.ATTACKS, **checkpoints.ATTACKS, **binaries.ATTACKS}
_NOISE = 1.5
"""A busy machine takes more processor time for the same work."""


@pytest.fixture(scope="session")
def measured() -> Iterator[Callable[[Path], Measured]]:
    """Scans a hostile folder and the target after it. The command is forked; what a start takes is measured once, and added."""
    words = ("scan", NEXT, "--offline", "-v")
    starter = Starter(clean_environment(), own_workers=True)
    try:
        started = run_measured(*words, cwd=ROOT).seconds
        start = max(started - starter.measure(words, ROOT, clean_environment(), 60)[1], 0.0)

        def run(folder: Path) -> Measured:
            begin = time.monotonic()
            done, seconds, megabytes = starter.measure(("scan", "bad", *words[1:]), folder, clean_environment(), 60)
            wall = time.monotonic() - begin
            return Measured(done.returncode, done.stdout, done.stderr, seconds + start, wall, megabytes)

        yield run
    finally:
        starter.close()


@pytest.mark.parametrize("name", ATTACKS)
def test_it_ends_within_its_limits_and_says_what_was_not_read(
    name: str, measured: Callable[[Path], Measured], tmp_path: Path
) -> None:
    attack: Attack = ATTACKS[name]
    write_files(tmp_path / "bad", attack.files())
    done = measured(tmp_path)
    assert done.code in (0, 1, 4), done.out[-2000:] + done.err[-2000:]
    assert done.err == ""
    assert attack.says in done.out
    assert f"{NEXT}: base" in done.out
    assert done.seconds < SECONDS * _NOISE * pace()
    assert done.megabytes < MEGABYTES
