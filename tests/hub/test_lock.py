"""The lock: made against a Hub on loopback, judged from without one."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from conftest import Command, clean_environment, write_tree
from hub.server import Fault, Hub, fixture_files

CARD = b"---\nlicense: mit\n---\nThis is a pretrained base model.\n"
FILES = {
    "compose.yaml": "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model acme/mystery --tool-call-parser x\n",
    "run.sh": "vllm serve acme/other --tool-call-parser x\n",
    "train.yaml": "base_model: acme/mystery\nrl: dpo\n",
    "lora.sh": "vllm serve acme/other --enable-lora --lora-modules sql=acme/sql-lora\n",
    "draft.sh": "vllm serve acme/other --speculative-model acme/draft\n",
}


@pytest.fixture
def repository(hub: Hub, tmp_path: Path) -> Path:
    """Files that use two checkpoints whose names tell nothing."""
    hub.add("acme/mystery", fixture_files("tiny-base") | {"README.md": CARD})
    hub.add("acme/other", fixture_files("tiny-instruct"))
    adapter = {"base_model_name_or_path": "acme/mystery", "peft_type": "LORA"}
    hub.add("acme/sql-lora", {"adapter_config.json": json.dumps(adapter).encode()})
    draft = fixture_files("tiny-base")
    config = json.loads(draft["config.json"]) | {"vocab_size": 32000}
    hub.add("acme/draft", draft | {"config.json": json.dumps(config).encode()})
    return write_tree(tmp_path / "repository", FILES)


def found(modelcheck: Command, repository: Path, *words: str, **env: str) -> list[tuple[str, str, int]]:
    done = modelcheck("scan", ".", "--format", "json", *words, cwd=repository, env=env)
    return [(one["rule"], one["at"]["path"], one["at"]["line"]) for one in done.json["findings"]]


def test_what_is_locked_is_judged_as_online(hub: Hub, modelcheck: Command, repository: Path) -> None:
    env = {"HF_ENDPOINT": hub.address}
    online = found(modelcheck, repository, **env)
    assert {(rule, path) for rule, path, _ in online} == {
        ("deploy/base-weights-behind-chat", "compose.yaml"),
        ("finetune/preference-from-base", "train.yaml"),
        ("deploy/parser-without-template-part", "run.sh"),
        ("deploy/adapter-of-another-base", "lora.sh"),
        ("deploy/draft-of-another-vocabulary", "draft.sh"),
    }
    done = modelcheck("lock", cwd=repository, env=env)
    assert done.code == 0, done.err
    asked = len(hub.requests)
    nothing = {"HF_HUB_CACHE": str(repository / ".none"), "HF_ENDPOINT": hub.address}
    assert found(modelcheck, repository, "--locked", **nothing) == online
    assert found(modelcheck, repository, "--offline", **nothing) == online
    assert len(hub.requests) == asked, "nobody was asked"


def test_a_target_is_judged_by_its_entry_too_and_its_evidence_adds_up(hub: Hub, modelcheck: Command, repository: Path) -> None:
    modelcheck("lock", cwd=repository, env={"HF_ENDPOINT": hub.address})
    for name, label in (("acme/mystery", "base"), ("acme/other", "instruct")):
        done = modelcheck(
            "scan", "--locked", "--format", "json", name, cwd=repository, env={"HF_HUB_CACHE": str(repository / ".none")}
        )
        (checkpoint,) = done.json["checkpoints"]
        assert (checkpoint["source"], checkpoint["verdict"]["label"], len(checkpoint["revision"])) == ("lock", label, 40)
        total = sum(one["weight"] for one in checkpoint["verdict"]["evidence"])
        p = checkpoint["verdict"]["p_instruct"]
        assert min(max(total, -7), 7) == pytest.approx(math.log(p / (1 - p)), abs=0.15)
    assert modelcheck("scan", "--locked", "acme/unheard-of", cwd=repository).code == 4


def test_it_is_sorted_and_says_what_each_is_and_since_when(hub: Hub, modelcheck: Command, repository: Path) -> None:
    modelcheck("lock", cwd=repository, env={"HF_ENDPOINT": hub.address})
    data = tomllib.loads((repository / "modelcheck.lock").read_text())
    assert list(data["checkpoint"]) == ["acme/draft", "acme/mystery", "acme/other", "acme/sql-lora"]
    assert data["checkpoint"]["acme/sql-lora"]["interface"]["parent"] == "acme/mystery"
    entry = data["checkpoint"]["acme/mystery"]
    assert (entry["label"], len(entry["commit"])) == ("base", 40)
    assert entry["p-instruct"] < 0.05
    assert any("pretrained base model" in because for because in entry["because"])
    assert {"version", "tool", "date"} <= set(data)


def test_check_says_what_moved_and_writes_nothing(hub: Hub, modelcheck: Command, repository: Path) -> None:
    env = {"HF_ENDPOINT": hub.address}
    modelcheck("lock", cwd=repository, env=env)
    before = (repository / "modelcheck.lock").read_bytes()
    assert modelcheck("lock", "--check", cwd=repository, env=env).code == 0
    for name in ("lora.sh", "draft.sh"):
        (repository / name).unlink()
    (repository / "run.sh").write_text("vllm serve acme/new\n")
    hub.add("acme/new", fixture_files("tiny-instruct"))
    done = modelcheck("lock", "--check", cwd=repository, env=env)
    assert done.code == 1
    assert "acme/new: added" in done.out
    assert "acme/other: removed, no longer used" in done.out
    assert (repository / "modelcheck.lock").read_bytes() == before


def test_what_is_not_locked_is_judged_by_its_name_and_told(hub: Hub, modelcheck: Command, repository: Path) -> None:
    modelcheck("lock", cwd=repository, env={"HF_ENDPOINT": hub.address})
    (repository / "more.sh").write_text("vllm serve acme/Thing-7B-Base --tool-call-parser x\n")
    rules = [rule for rule, path, _ in found(modelcheck, repository, "--locked") if path == "more.sh"]
    assert sorted(rules) == ["deploy/base-weights-behind-chat", "unlocked-checkpoint"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("version = 1\n[checkpoint", "modelcheck.lock:2 is not valid TOML"),
        ("version = 9\n", "is of version 9"),
        ("version = 1\ncheckpoint = 3\n", "must hold a table for each checkpoint"),
        ('version = 1\n[checkpoint."a/b"]\nlabel = "good"\n', "no valid label and p-instruct for a/b"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_lock_that_is_none_is_an_error_that_names_it(text: str | bytes, why: str, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"modelcheck.lock": text, "run.sh": "vllm serve a/b\n"})
    done = modelcheck("scan", ".", "--locked", cwd=tmp_path)
    assert (done.code, why in done.err) == (2, True), done.err


def test_locked_without_a_lock_is_an_error(modelcheck: Command, tmp_path: Path) -> None:
    done = modelcheck("scan", ".", "--locked", cwd=tmp_path)
    assert (done.code, "create it with `modelcheck lock`" in done.err) == (2, True)


def test_a_hub_that_is_away_replaces_nothing_that_was_known(hub: Hub, modelcheck: Command, repository: Path) -> None:
    modelcheck("lock", cwd=repository, env={"HF_ENDPOINT": hub.address})
    before = tomllib.loads((repository / "modelcheck.lock").read_text())["checkpoint"]
    (repository / "new.sh").write_text("vllm serve acme/new-instruct\n")
    away = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_CACHE": str(repository / ".none")}
    done = modelcheck("lock", "--timeout", "2", cwd=repository, env=away)
    after = tomllib.loads((repository / "modelcheck.lock").read_text())["checkpoint"]
    assert done.code == 4
    assert {name: after[name] for name in before} == before
    assert "acme/mystery: its entry is kept: " in done.err
    assert "acme/new-instruct: recorded by its name: " in done.err
    assert "commit" not in after["acme/new-instruct"]
    assert modelcheck("scan", ".", "--locked", cwd=repository, env=away).code in (0, 1)


def test_a_target_that_cannot_be_read_removes_no_entry(hub: Hub, modelcheck: Command, repository: Path) -> None:
    env = {"HF_ENDPOINT": hub.address}
    modelcheck("lock", cwd=repository, env=env)
    before = tomllib.loads((repository / "modelcheck.lock").read_text())["checkpoint"]
    done = modelcheck("lock", "run.sh", "./missing.yaml", cwd=repository, env=env)
    assert (done.code, "missing.yaml" in done.err) == (4, True)
    assert tomllib.loads((repository / "modelcheck.lock").read_text())["checkpoint"] == before
    assert modelcheck("lock", "train.yaml", cwd=repository, env=env).code == 0
    assert tomllib.loads((repository / "modelcheck.lock").read_text())["checkpoint"] == before


def test_an_interrupted_run_leaves_the_lock_as_it_is(hub: Hub, modelcheck: Command, repository: Path) -> None:
    env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(repository / ".home"))
    modelcheck("lock", cwd=repository, env={"HF_ENDPOINT": hub.address})
    before = (repository / "modelcheck.lock").read_bytes()
    (repository / "more.sh").write_text("vllm serve acme/slow\n")
    hub.add("acme/slow", fixture_files("tiny-base"))
    hub.latency = 3.0
    command = [sys.executable, "-P", "-m", "modelcheck", "lock"]
    process = subprocess.Popen(command, cwd=repository, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130, told
    assert (repository / "modelcheck.lock").read_bytes() == before


@pytest.mark.parametrize(
    "fault", ["acme/sql-lora/resolve/.*adapter_config", "acme/mystery/resolve/.*config.json", "models/acme/mystery"]
)
def test_a_hub_that_fails_in_part_replaces_nothing_that_rests_on_it(
    fault: str, hub: Hub, modelcheck: Command, repository: Path
) -> None:
    env = {"HF_ENDPOINT": hub.address}
    assert modelcheck("lock", cwd=repository, env=env).code == 0
    before = tomllib.loads((repository / "modelcheck.lock").read_text())["checkpoint"]
    for repo in hub.repos.values():  # every commit moves, and nothing is in the cache any more
        repo.revisions["main"] = {**repo.revisions["main"], "NOTICE": b"new"}
    hub.faults.append(Fault(fault, 503))
    done = modelcheck("lock", cwd=repository, env=env)
    after = tomllib.loads((repository / "modelcheck.lock").read_text())["checkpoint"]
    failed = "acme/sql-lora" if "lora" in fault else "acme/mystery"
    assert (done.code, after[failed]) == (4, before[failed])
    assert f"{failed}: its entry is kept: " in done.err
    assert after["acme/other"]["commit"] != before["acme/other"]["commit"], "what could be asked for is renewed"
    if failed == "acme/mystery":
        assert after["acme/sql-lora"] == before["acme/sql-lora"], "it rests on the other"
    (repository / "modelcheck.lock").unlink()
    assert modelcheck("lock", cwd=repository, env=env).code == 4
    assert "commit" not in tomllib.loads((repository / "modelcheck.lock").read_text())["checkpoint"][failed]
