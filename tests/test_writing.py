"""Every file that modelcheck writes: replaced whole or not at all, and never through a link that a stranger's folder holds."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from modelcheck.writing import replacing, write_file

from conftest import ROOT, Command, clean_environment, write_tree

CARD = "---\nlicense: Apache 2.0\n---\n# A model\n"


def test_an_existing_file_keeps_its_mode_and_a_new_one_gets_the_users(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o640)
    write_file(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "b", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_link_is_refused_and_its_target_stays_as_it_is(tmp_path: Path, at_once: bool) -> None:
    victim = write_tree(tmp_path, {"victim": "precious"}) / "victim"
    victim.chmod(0o600)
    for target in (victim, tmp_path / "nowhere", tmp_path):
        link = tmp_path / "link"
        link.symlink_to(target)
        with pytest.raises(OSError, match="does not write through links"), replacing(link, at_once=at_once) as file:
            file.write(b"x")
        assert link.is_symlink()
        link.unlink()
    assert (victim.read_text(), stat.S_IMODE(victim.stat().st_mode)) == ("precious", 0o600)
    assert not (tmp_path / "nowhere").exists()


def test_what_is_no_regular_file_is_refused_unless_it_may_be_a_stream(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_file(tmp_path, b"")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="not a regular file"):
        write_file(pipe, b"")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with replacing(pipe, streams=True) as file:
        file.write(b"through")
    reader.join(10)
    assert (read, pipe.is_fifo()) == ([b"through"], True)


def test_a_fault_in_between_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = write_tree(tmp_path, {"a": "old"}) / "a"

    def write_half() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert ([one.name for one in tmp_path.iterdir()], path.read_text()) == (["a"], "old")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: the system says it at the same call."""
    write_tree(tmp_path, {"a": "old"})
    code = (
        "import resource, signal, sys; from pathlib import Path; from modelcheck.writing import write_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_file(Path('a'), b'x' * 100_000)\n"
        "except OSError as error: sys.exit(error.errno)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False, timeout=60)
    assert done.returncode != 0
    assert ([one.name for one in tmp_path.iterdir()], (tmp_path / "a").read_text()) == (["a"], "old")


def _fix(folder: Path) -> list[str]:
    write_tree(folder, {"m-instruct/README.md": CARD, "m-instruct/config.json": '{"model_type": "llama"}'})
    return ["scan", "m-instruct", "--offline", "--fix"]


def _baseline(folder: Path) -> list[str]:
    _fix(folder)
    return ["scan", "m-instruct", "--offline", "--baseline", "m-instruct/base.json"]


def _lock(folder: Path) -> list[str]:
    write_tree(folder, {"run.sh": "vllm serve acme/Thing-7B-Instruct\n"})
    return ["lock", "run.sh"]


def _output(form: str) -> Callable[[Path], list[str]]:
    def command(folder: Path) -> list[str]:
        _fix(folder)
        return ["scan", "m-instruct", "--offline", "--format", form, "--output", "m-instruct/report"]

    return command


# What writes, the file that it writes, and the names under which its temporary file was once found.
WRITERS: dict[str, tuple[Callable[[Path], list[str]], str]] = {
    "--fix": (_fix, "m-instruct/README.md"),
    "--baseline": (_baseline, "m-instruct/base.json"),
    "lock": (_lock, "modelcheck.lock"),
    "--output": (_output("json"), "m-instruct/report"),
    "--output of a stream": (_output("jsonl"), "m-instruct/report"),
}


@pytest.mark.parametrize("which", WRITERS)
def test_links_beside_a_written_file_are_not_followed(which: str, modelcheck: Command, tmp_path: Path) -> None:
    prepare, name = WRITERS[which]
    victim = write_tree(tmp_path, {"home/victim": "precious\n"}) / "home/victim"
    victim.chmod(0o600)
    command = prepare(tmp_path)
    written = tmp_path / name
    for planted in (f".{written.name}.modelcheck", f"{written.name}.tmp", f".{written.name}.tmp", f"{written.name}~"):
        (written.parent / planted).symlink_to(victim)
    done = modelcheck(*command)
    assert done.code in (0, 1, 4), done.err  # 4: there is no Hub to lock from
    assert written.is_file()
    assert written.read_text() not in ("", CARD)
    assert (victim.read_text(), stat.S_IMODE(victim.stat().st_mode)) == ("precious\n", 0o600)


@pytest.mark.parametrize("which", WRITERS)
def test_a_link_in_place_of_a_written_file_is_refused(which: str, modelcheck: Command, tmp_path: Path) -> None:
    prepare, name = WRITERS[which]
    command = prepare(tmp_path)
    victim = write_tree(tmp_path, {"home/victim": CARD}) / "home/victim"
    written = tmp_path / name
    written.unlink(missing_ok=True)
    if which in ("--baseline", "lock"):
        victim = tmp_path / "home/new"  # an existing one would be read
    written.symlink_to(victim)
    done = modelcheck(*command)
    assert written.is_symlink()
    assert victim.read_text() == CARD if victim.exists() else which in ("--baseline", "lock")
    assert "link" in done.err + done.out


@pytest.mark.parametrize("target", ["/dev/stdout", "/dev/fd/1"])
def test_an_output_may_be_the_terminals(target: str, modelcheck: Command, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures/tiny-base", tmp_path / "x")
    done = modelcheck("scan", "x", "--offline", "--format", "json", "--output", target)
    assert (done.code, done.json["checkpoints"][0]["verdict"]["label"]) == (0, "base")


def test_what_cannot_be_encoded_is_escaped_in_an_output(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"m\xff")).mkdir()
    write_tree(tmp_path / os.fsdecode(b"m\xff"), {"config.json": '{"model_type": "llama"}'})
    command = [sys.executable, "-P", "-m", "modelcheck", "scan", os.fsdecode(b"m\xff"), "--offline", "--output", "report"]
    done = subprocess.run(command, cwd=tmp_path, env=clean_environment(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert b"\\udcff" in (tmp_path / "report").read_bytes()


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_a_full_disk_is_an_error_of_the_output(form: str, modelcheck: Command, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures/tiny-base", tmp_path / "x")
    done = modelcheck("scan", "x", "--offline", "--format", form, "--output", "/dev/full")
    assert (done.code, done.err.strip()) == (2, "Error: cannot write /dev/full: No space left on device")
