"""Whatever kind of target is scanned: it keeps what is known of it, and has one name wherever a scan is started."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Command, write_tree
from fleet.conftest import CONFIG, Fleet, rows
from fleet.test_git import GIT, committed

FIXTURES = ROOT / "fixtures"
RUN = "vllm serve acme/Thing-7B-Base --tool-call-parser hermes\n"
CARD = "---\nlicense: mit\n---\nA model.\n"


def a_file(folder: Path) -> str:
    write_tree(folder, {"run.sh": RUN})
    return "run.sh"


def a_checkpoint_with_uses(folder: Path) -> str:
    write_tree(folder, {"m/config.json": CONFIG, "m/README.md": CARD, "m/run.sh": RUN})
    return "m"


def a_clone(folder: Path) -> str:
    committed(folder / "clone", {"run.sh": RUN})
    return "clone"


def a_clone_of_a_checkpoint(folder: Path) -> str:
    committed(folder / "clone", {"config.json": CONFIG, "README.md": CARD, "run.sh": RUN})
    return "clone"


def a_changed_clone_of_a_checkpoint(folder: Path) -> str:
    committed(folder / "clone", {"config.json": CONFIG})
    write_tree(folder / "clone", {"README.md": CARD, "run.sh": RUN})
    return "clone"


def a_folder(folder: Path) -> str:
    write_tree(folder, {"deploy/run.sh": RUN, "deploy/a/b/c/d/e/f/g/m/config.json": CONFIG})
    return "deploy"


def a_folder_of_clones_in_folders(folder: Path) -> str:
    committed(folder / "all/team/clone", {"run.sh": RUN, "models/own/config.json": CONFIG})
    return "all"


KINDS = {
    a_file: (0, 1),
    a_checkpoint_with_uses: (1, 1),
    a_clone: (0, 1),
    a_clone_of_a_checkpoint: (1, 1),
    a_changed_clone_of_a_checkpoint: (1, 1),
    a_folder: (1, 1),
    a_folder_of_clones_in_folders: (1, 1),
}


@pytest.mark.parametrize("make", KINDS)
def test_what_is_known_of_a_target_holds_while_it_does_not_change(
    make: Callable[[Path], str], fleet: Fleet, tmp_path: Path
) -> None:
    target = make(tmp_path)
    questions = "SELECT name FROM fleet", "SELECT tree, path, line, model, target, label FROM deployments"
    first = fleet("scan", target, "--offline")
    assert first.code == 0, first.err
    before = [rows(tmp_path / "fleet.sqlite", question) for question in questions]
    assert tuple(map(len, before)) == KINDS[make]
    broken = fleet("policy")
    assert (broken.code, "deploy/base-weights-behind-chat" in broken.out) == (1, True)
    for number in (2, 3):
        again = fleet("scan", target, "--offline")
        assert again.out.startswith(f"scan {number}: 0 judged"), again.out
        assert [rows(tmp_path / "fleet.sqlite", question) for question in questions] == before
    assert fleet("policy").out == broken.out
    assert fleet("diff").out == "no checkpoint and no use changed\n"
    assert rows(tmp_path / "fleet.sqlite", "SELECT name FROM checkpoints WHERE label IS NULL") == []


def test_uses_that_a_checkpoint_loses_are_gone(fleet: Fleet, tmp_path: Path) -> None:
    target = a_checkpoint_with_uses(tmp_path)
    fleet("scan", target, "--offline")
    (tmp_path / "m/run.sh").unlink()
    fleet("scan", target, "--offline")
    assert rows(tmp_path / "fleet.sqlite", "SELECT * FROM deployments") == []
    assert fleet("diff", "--fail-on", "new,gone").code == 0, "the checkpoint is there both times"
    assert fleet("diff", "--fail-on", "uses").code == 1


def test_a_file_of_the_same_name_in_two_folders_is_two(modelcheck: Command, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_tree(tmp_path / folder, {"run.sh": RUN.replace("Thing", folder)})
        done = modelcheck("fleet", "scan", "run.sh", "--offline", "--store", "../fleet.sqlite", cwd=tmp_path / folder)
        assert done.out.startswith("scan "), done.err
    found = rows(tmp_path / "fleet.sqlite", "SELECT DISTINCT tree FROM uses ORDER BY tree")
    assert found == [(str(tmp_path / folder / "run.sh"),) for folder in ("a", "b")]


def test_a_bare_repository_says_that_it_has_no_files(fleet: Fleet, tmp_path: Path) -> None:
    committed(tmp_path / "work", {"run.sh": RUN})
    subprocess.run([*GIT, "clone", "-q", "--mirror", tmp_path / "work", tmp_path / "mirrors/one.git"], check=True)
    for target in ("mirrors", "mirrors/one.git"):
        done = fleet("scan", target, "--offline")
        assert done.code == 4, done.out
        assert "one.git is a bare Git repository, which has no files to read" in fleet("failures").out


def test_links_are_not_followed_and_a_loop_of_them_ends(fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "models", {"one/config.json": CONFIG})
    (tmp_path / "models/loop").symlink_to(tmp_path / "models")
    shutil.copytree(FIXTURES / "tiny-base", tmp_path / "other")
    (tmp_path / "models/link").symlink_to(tmp_path / "other")
    assert fleet("scan", "models", "--offline").code == 0
    assert rows(tmp_path / "fleet.sqlite", "SELECT name FROM fleet") == [(os.fspath(tmp_path / "models/one"),)]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.git/", "git+http://127.0.0.1:9/x/", "http://127.0.0.1:9/x.git"])
def test_the_address_of_a_repository_may_end_with_a_slash(address: str, fleet: Fleet, tmp_path: Path) -> None:
    assert fleet("scan", address, "--offline").code == 4
    assert rows(tmp_path / "fleet.sqlite", "SELECT kind FROM failures") == [("offline",)]
