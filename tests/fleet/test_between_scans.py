"""What a scan finds missing, and what another set of targets does to it: nothing is gone that was not looked for."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from conftest import ROOT, write_tree
from fleet.conftest import Fleet, model, rows
from hub.server import Hub

FIXTURES = ROOT / "fixtures"


def folders(tmp_path: Path) -> None:
    for folder, fixture in (("a/one", "tiny-base"), ("b/two", "tiny-instruct"), ("b/chat", "chat-on-base")):
        shutil.copytree(FIXTURES / fixture, tmp_path / folder)


def listed(fleet: Fleet) -> list[str]:
    return [Path(line).name for line in fleet("list", "--columns", "name").out.splitlines()[1:]]


@pytest.mark.parametrize("target", ["b", "absolute"])
def test_a_folder_that_is_missing_for_once_is_a_failure_and_nothing_is_gone(target: str, fleet: Fleet, tmp_path: Path) -> None:
    folders(tmp_path)
    named = str(tmp_path / "b") if target == "absolute" else target
    assert fleet("scan", named, "--offline").code == 0
    before, broken = listed(fleet), fleet("policy").out
    (tmp_path / "b").rename(tmp_path / "away")
    done = fleet("scan", named, "--offline")
    assert (done.code, "failed: 1 not-found" in done.out) == (4, True)
    assert listed(fleet) == before == ["two"]
    assert fleet("policy").out == broken
    assert fleet("policy").code == 1
    assert fleet("diff").out == "no checkpoint and no use changed\n"
    (tmp_path / "away").rename(tmp_path / "b")
    assert fleet("scan", named, "--offline").out.startswith("scan 3: 0 judged, 2 unchanged")


def test_two_sets_of_targets_do_not_make_each_other_gone(fleet: Fleet, tmp_path: Path) -> None:
    folders(tmp_path)
    for target in ("a", "b", "a", "b"):
        assert fleet("scan", target, "--offline").code == 0
    for words in ((), ("1", "3"), ("2", "4"), ("2",), ("2000-01-01",)):
        done = fleet("diff", *words, "--fail-on", "gone")
        assert done.code == (2 if words == ("2000-01-01",) else 0), done.out
        assert "gone" not in done.out
    assert sorted(listed(fleet)) == ["one", "two"]
    shutil.rmtree(tmp_path / "a/one")
    write_tree(tmp_path / "a", {"README.md": "nothing\n"})
    fleet("scan", "a", "--offline")
    assert "a/one: gone (base)" in fleet("diff").out
    assert listed(fleet) == ["two"]


@pytest.mark.parametrize("given", ["yesterday", "zzz", "2026-99-99", "2026-1-3", "2026", "-1"])
def test_what_is_neither_a_scan_nor_a_time(given: str, fleet: Fleet, tmp_path: Path) -> None:
    folders(tmp_path)
    for _ in range(2):
        fleet("scan", "a", "--offline")
    done = fleet("diff", "--", given)
    assert (done.code, done.out) == (2, "")
    assert fleet("scan", "--author", "x", "--since", "2026-02-31").code == 2


def test_uses_are_compared(fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "deploy", {"run.sh": "vllm serve acme/A-7B-Instruct\n"})
    fleet("scan", "deploy", "--offline")
    write_tree(tmp_path / "deploy", {"run.sh": "# moved by a line\nvllm serve acme/B-7B-Instruct\n"})
    fleet("scan", "deploy", "--offline")
    done = fleet("diff", "--fail-on", "uses")
    name = tmp_path / "deploy"
    assert done.out.splitlines() == [
        f"{name}: not used: run.sh: acme/A-7B-Instruct, vllm, unknown",
        f"{name}: used: run.sh: acme/B-7B-Instruct, vllm, unknown",
    ]
    assert done.code == 1


def test_a_name_that_is_not_utf_8_is_one_checkpoint_and_ends_nothing(fleet: Fleet, tmp_path: Path) -> None:
    folders(tmp_path)
    strange = os.fsdecode(os.fsencode(tmp_path) + b"/a/b\xff")
    try:
        shutil.copytree(FIXTURES / "tiny-base", strange)
    except OSError:
        pytest.skip("this file system has no such names")
    done = fleet("scan", "a", "b", "--offline")
    assert done.code == 0, done.err
    assert sorted(listed(fleet)) == ["b\\udcff", "one", "two"]
    assert "0 judged" in fleet("scan", "a", "b", "--offline").out


def test_a_page_before_the_first_scan_has_ended(fleet: Fleet, tmp_path: Path) -> None:
    folders(tmp_path)
    fleet("scan", "a", "--offline")
    with sqlite3.connect(tmp_path / "fleet.sqlite") as db:
        db.execute("UPDATE scans SET ended = NULL")
    db.close()
    assert fleet("report", "-o", "x.html").code == 0


def test_a_store_is_not_written_over(fleet: Fleet, tmp_path: Path) -> None:
    folders(tmp_path)
    fleet("scan", "a", "--offline")
    before = (tmp_path / "fleet.sqlite").read_bytes()
    for words in (
        ("report", "-o", "fleet.sqlite"),
        ("report", "--format", "html", "-o", "fleet.sqlite"),
        ("report", "-o", "x.pdf"),
    ):
        assert fleet(*words).code == 2
    shutil.copy(tmp_path / "fleet.sqlite", tmp_path / "copy.jsonl")
    assert fleet("export", "copy.jsonl").code == 2
    assert (tmp_path / "fleet.sqlite").read_bytes() == before


USELESS = {
    "--limit": "5",
    "--filter": "x",
    "--since": "2026-01-01",
    "--gpus-per-probe": "0.5",
    "--gpu-memory": "10",
    "--device": "cpu",
}


@pytest.mark.parametrize("option", USELESS)
def test_an_option_that_has_no_effect_is_refused(option: str, fleet: Fleet) -> None:
    done = fleet("scan", "a", "--offline", option, USELESS[option])
    assert (done.code, f"{option} has no effect without" in done.err) == (2, True)


def test_an_author_without_models_is_an_error(hub: Hub, fleet: Fleet) -> None:
    model(hub, "acme/A-1B-Base")
    for author in ("nobody", "", "acme/x"):
        done = fleet("scan", "--author", author)
        assert (done.code, "the Hub lists no models of" in done.err) == (4, True)


def test_a_repository_is_not_asked_offline_and_its_password_is_not_kept(fleet: Fleet, tmp_path: Path) -> None:
    done = fleet("scan", "https://user:s3cret@127.0.0.1:9/x.git", "--offline")
    assert (done.code, "failed: 1 offline" in done.out) == (4, True)
    assert fleet("scan", "https://user:s3cret@127.0.0.1:9/y.git", "--timeout", "2").code == 4
    assert b"s3cret" not in (tmp_path / "fleet.sqlite").read_bytes()
    assert "s3cret" not in fleet("failures").out


def test_a_line_with_two_models_blames_the_right_one(fleet: Fleet, tmp_path: Path) -> None:
    (tmp_path / "modelcheck.toml").write_text('[rules."policy/model-not-approved"]\napproved = ["acme/*"]\n')
    write_tree(tmp_path / "deploy", {"run.sh": "vllm serve acme/T-7B-Instruct --speculative-model other/F-1B-Instruct\n"})
    fleet("scan", "deploy", "--offline")
    broken = [one["model"] for one in fleet("policy", "--select", "policy", "--format", "json").json]
    assert broken == ["other/F-1B-Instruct"]


def test_impact_takes_any_case_and_tells_a_name_that_nobody_knows(fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "deploy", {"run.sh": "vllm serve acme/T-7B-Instruct\n", ".env": "VLLM_MODEL=facebook/opt-125m\n"})
    fleet("scan", "deploy", "--offline")
    assert "run.sh:1: vllm" in fleet("impact", "ACME/t-7b-instruct").out
    unknown = fleet("impact", "acme/typo")
    assert (unknown.code, "and it is none of its checkpoints" in unknown.err) == (2, True)
    assert rows(tmp_path / "fleet.sqlite", "SELECT revision FROM uses WHERE path = '.env'") == [(None,)]
