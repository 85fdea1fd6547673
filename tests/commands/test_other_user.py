"""Files that the user may not read, and a user without a home: each is told or makes no difference, and nothing crashes.

Root may read everything, so where the tests run as root, the command runs without that right: util-linux' setpriv takes it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from conftest import clean_environment, write_tree

_RIGHTS = ("dac_override", "dac_read_search")
_NOBODY = "54321"
USE = "vllm serve acme/x-base --tool-call-parser hermes\n"
FILES = {"a.sh": USE, "b.sh": USE, "sub/c.sh": USE, "pyproject.toml": "[tool.modelcheck]\n", "in/deep/d.sh": USE}


def _prefix(*options: str) -> list[str]:
    """The command before Python's. Skips the test where it is not possible."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    words = ["setpriv", *options]
    if (
        shutil.which("setpriv") is None
        or subprocess.run([*words, sys.executable, "-c", ""], capture_output=True, check=False).returncode
    ):
        pytest.skip("rights cannot be taken from a process here")
    return words


def _scan(prefix: Sequence[str], *words: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [*prefix, sys.executable, "-P", "-m", "modelcheck", "scan", *words, "--offline"]
    given = clean_environment() if env is None else env
    done = subprocess.run(command, cwd=cwd, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr + done.stdout
    return done


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    write_tree(tmp_path, FILES)
    yield tmp_path
    for path in (tmp_path / "sub", tmp_path / "in", tmp_path / "pyproject.toml"):
        path.chmod(0o755)  # for who removes them


CASES = {
    "a target": ("b.sh", ["b.sh"], 4, "b.sh cannot be read: Permission denied"),
    "a file of the target": ("b.sh", [".", "-v"], 1, "b.sh cannot be read: Permission denied"),
    "a folder of the target": ("sub", [".", "-v"], 1, "sub/"),
    "a target's folder": ("sub", ["sub/c.sh"], 4, "sub/c.sh"),
    "a project's settings": ("pyproject.toml", ["a.sh"], 2, "pyproject.toml: Permission denied"),
    "the settings that are named": ("b.sh", ["a.sh", "--config", "b.sh"], 2, "'b.sh' is not readable"),
    "a baseline": ("b.sh", ["a.sh", "--baseline", "b.sh"], 2, "b.sh"),
    "a baseline's folder": ("sub", ["a.sh", "--baseline", "sub/base.json"], 2, "sub/base.json"),
    "a list of targets": ("b.sh", ["--targets", "b.sh"], 2, "b.sh"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_may_not_be_read(name: str, tree: Path) -> None:
    closed, words, code, says = CASES[name]
    rights = ",".join(f"-{one}" for one in _RIGHTS)
    prefix = _prefix(f"--bounding-set={rights}", f"--inh-caps={rights}")
    (tree / closed).chmod(0)
    done = _scan(prefix, *words, cwd=tree)
    assert (done.returncode, says in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr


def test_a_working_folder_that_may_not_be_read(tree: Path) -> None:
    rights = ",".join(f"-{one}" for one in _RIGHTS)
    prefix = _prefix(f"--bounding-set={rights}", f"--inh-caps={rights}")
    if not prefix:
        pytest.skip("a process cannot be started there")
    (tree / "in").chmod(0)
    done = _scan(prefix, str(tree / "a.sh"), cwd=tree / "in")
    assert (done.returncode, "acme/x-base is a base model" in done.stdout) == (1, True), done.stderr


def test_a_user_without_a_home_and_without_a_name(tree: Path) -> None:
    prefix = _prefix(
        "--reuid", _NOBODY, "--regid", _NOBODY, "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"
    )
    done = _scan(prefix, "a.sh", cwd=tree, env={"PATH": os.environ["PATH"]})
    assert (done.returncode, done.stderr) == (1, "")
