"""Every attack ends in a clear report, within its time and memory, and the target after it is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.limits import pace

from hostile import binaries, checkpoints, scripts, yaml_files
from hostile.attack import MEGABYTES, NEXT, SECONDS, Attack, run_measured, write_files

ATTACKS = {**yaml_files.ATTACKS, **scripts.ATTACKS, **checkpoints.ATTACKS, **binaries.ATTACKS}
_NOISE = 1.5
"""A busy machine takes more processor time for the same work."""


@pytest.mark.parametrize("name", ATTACKS)
def test_it_ends_within_its_limits_and_says_what_was_not_read(name: str, tmp_path: Path) -> None:
    attack: Attack = ATTACKS[name]
    write_files(tmp_path / "bad", attack.files())
    done = run_measured("scan", "bad", NEXT, "--offline", "-v", cwd=tmp_path)
    assert done.code in (0, 1, 4), done.out[-2000:] + done.err[-2000:]
    assert done.err == ""
    assert attack.says in done.out
    assert f"{NEXT}: base" in done.out
    assert done.seconds < SECONDS * _NOISE * pace()
    assert done.megabytes < MEGABYTES
