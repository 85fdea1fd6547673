"""Where and how the command is started is no reason for a crash: no user, no folder, no place to write."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import ROOT, Command, clean_environment, write_tree

CONFIG = {"good/config.json": '{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}'}
USE = "vllm serve acme/x-base --tool-call-parser hermes\n"


def shell(command: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A shell command, in which ``$M`` is modelcheck."""
    run = f"{sys.executable} -P -m modelcheck"
    return subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=60,
        env=clean_environment(M=run, **env),
    )


@pytest.mark.parametrize("target", ["a" * 300, "a" * 300 + "/" + "b" * 5000, "~nosuchuser", "~nosuchuser/x", "good/" * 2000])
def test_a_target_that_cannot_be_is_an_error_of_its_own(target: str, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, CONFIG)
    done = modelcheck("scan", target, "good", "--offline", "--format", "json")
    assert done.code == 4, done.err
    assert [error["target"] for error in done.json["errors"]] == [target]
    assert len(done.json["checkpoints"]) == 1


@pytest.mark.parametrize("columns", ["20", "5", "1", "0", "-3", "x", "9" * 30])
def test_any_width(columns: str, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, CONFIG)
    done = modelcheck("scan", "good", "--offline", "-v", env={"COLUMNS": columns})
    assert done.code == 0, done.err


@pytest.mark.parametrize("command", ["$M scan good --offline", "$M scan good --offline --format jsonl", "$M rules", "$M --help"])
def test_a_full_disk_under_the_output_is_told(command: str, tmp_path: Path) -> None:
    write_tree(tmp_path, CONFIG)
    done = shell(f"{command} > /dev/full", tmp_path)
    assert (done.returncode, done.stderr) == (2, "modelcheck: cannot write the output: No space left on device\n")
    assert shell(f"{command} > /dev/full 2>&1", tmp_path).returncode == 2


def test_closed_outputs_change_nothing_else(tmp_path: Path) -> None:
    write_tree(tmp_path, {**CONFIG, "run.sh": USE})
    assert shell("$M scan good --offline >&-", tmp_path).returncode == 0
    assert shell("$M scan run.sh --offline >&- 2>&-", tmp_path).returncode == 1
    assert shell("$M scan missing/ --offline 2>&-", tmp_path).returncode == 4


def test_a_working_folder_that_was_deleted_is_told(tmp_path: Path) -> None:
    write_tree(tmp_path, CONFIG)
    for command in ("scan --offline", f"scan {tmp_path}/good --offline", "lock"):
        (tmp_path / "gone").mkdir()
        done = shell(f"cd gone && rmdir ../gone && $M {command}", tmp_path)
        assert done.returncode == 2
        assert "the working folder does not exist any more" in done.stderr


def test_names_that_are_no_text_can_be_written(modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "tree") + b"/\xff\xfe.sh")).write_text(USE)
    for format_ in ("text", "json", "jsonl"):
        done = modelcheck("scan", "tree", "--offline", "--format", format_, "--output", f"out.{format_}")
        assert (done.code, done.err) == (1, "")
        assert "\\udcff\\udcfe.sh" in (tmp_path / f"out.{format_}").read_text()
        assert modelcheck("scan", "tree", "--offline", "--format", format_, env={"LC_ALL": "C", "PYTHONUTF8": "0"}).code == 1


def test_a_huge_file_above_the_working_folder_is_not_read(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"below/" + path: text for path, text in CONFIG.items()})
    with (tmp_path / "pyproject.toml").open("wb") as file:
        file.truncate(3 * 2**30)
    done = modelcheck("scan", "good", "--offline", cwd=tmp_path / "below")
    assert done.code == 2
    assert "pyproject.toml: longer than 1 MiB" in done.err


@pytest.mark.parametrize("content", ["a = " + "[" * 50_000, "a = " + "9" * 5_000, b"\xff"])
@pytest.mark.parametrize("name", ["modelcheck.toml", "modelcheck.lock"])
def test_any_configuration_or_lock_is_read_or_refused(name: str, content: str | bytes, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {**CONFIG, name: content, "run.sh": USE})
    done = modelcheck("scan", ".", "--offline")
    assert done.code == 2
    assert name in done.err
    assert "internal error" not in done.err


def without_rights(command: Sequence[str]) -> list[str]:
    """The command as a user that has no entry in /etc/passwd and no home."""
    return ["setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups", *command]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("target", ["meta-llama/Meta-Llama-3-8B", "~/x", "ollama://x", "good", "."])
def test_a_user_without_an_entry_and_a_home(target: str, tmp_path: Path) -> None:
    write_tree(tmp_path, CONFIG)
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/") and folder.stat().st_uid == os.geteuid() and folder.is_relative_to("/tmp/pytest-of-root"):
            folder.chmod(0o755)
    command = without_rights([sys.executable, "-P", "-m", "modelcheck", "scan", target, "--offline"])
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={"PATH": os.environ["PATH"]}, check=False)
    assert done.returncode in (0, 4), done.stderr
    assert "crash" not in done.stdout


def test_what_was_not_read_is_counted_and_listed(modelcheck: Command, tmp_path: Path) -> None:
    deep = "/".join("abcdefghijklmn")
    write_tree(tmp_path, {f"{deep}/run.sh": USE, "run.sh": "vllm serve c/d\n"})
    done = modelcheck("scan", ".", "--offline", "-v")
    assert "1 file not read" in done.out
    assert "not read: a/b/c/d/e/f/g/h/i/j/k/l/m/ lies more than 12 folders deep" in done.out


def test_a_part_that_leads_nowhere_beside_a_gguf_file(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"g/x-00001-of-00002.gguf": bytes(100)})
    (tmp_path / "g/x-00002-of-00002.gguf").symlink_to("nowhere")
    done = modelcheck("scan", "g/x-00001-of-00002.gguf", "g", str(ROOT / "fixtures/tiny-base"), "--offline")
    assert done.code == 1
    assert "crash" not in done.out
