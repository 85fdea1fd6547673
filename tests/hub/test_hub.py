"""The Hub as the command sees it: what is asked, what is not, and what each fault is called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, Command
from hub.server import Fault, Hub, running_hub

CONFIG = '{"model_type": "llama", "vocab_size": 262}'
PAPERS = {
    "config.json": CONFIG,
    "generation_config.json": '{"eos_token_id": [2, 0]}',
    "README.md": "---\nlicense: mit\n---\n# A model\n",
    "model.safetensors": b"\0" * 1000,
    "unrelated.bin": b"\0" * 5000,
}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as made:
        yield made


def fixture_files(name: str) -> dict[str, bytes]:
    folder = ROOT / "fixtures" / name
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "expect.toml"}


def test_a_checkpoint_is_pinned_by_one_question_and_files_come_only_when_asked_for(hub: Hub, modelcheck: Command) -> None:
    repo = hub.add("acme/Model-7B-Instruct", fixture_files("tiny-instruct"))
    done = modelcheck("scan", "acme/Model-7B-Instruct", "--format", "json", env={"HF_ENDPOINT": hub.address})
    checkpoint = done.json["checkpoints"][0]
    assert done.code == 0, done.err
    assert (checkpoint["source"], checkpoint["revision"]) == ("hub", repo.commit("main"))
    assert checkpoint["verdict"]["label"] == "instruct"
    assert [asked for asked in hub.asked() if "/api/" in asked] == ["GET /api/models/acme/Model-7B-Instruct"]
    assert not any("model.safetensors" in asked or asked.endswith("tokenizer.json") for asked in hub.asked())


def test_a_warm_scan_asks_once_and_an_offline_one_never(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/model", PAPERS)
    env = {"HF_ENDPOINT": hub.address}
    first = modelcheck("scan", "acme/model", "--format", "json", env=env)
    hub.requests.clear()
    second = modelcheck("scan", "acme/model", "--format", "json", env=env)
    assert hub.asked() == ["GET /api/models/acme/model"]
    hub.requests.clear()
    offline = modelcheck("scan", "acme/model", "--format", "json", "--offline", env=env)
    assert hub.asked() == []
    verdicts = [done.json["checkpoints"][0]["verdict"]["p_instruct"] for done in (first, second, offline)]
    assert verdicts[0] == verdicts[1]
    assert offline.json["checkpoints"][0]["source"] in ("cache", "name")


def test_a_whole_commit_in_the_cache_is_not_asked_for_again(hub: Hub, modelcheck: Command) -> None:
    repo = hub.add("acme/model", PAPERS)
    target = f"acme/model@{repo.commit('main')}"
    assert modelcheck("scan", target, env={"HF_ENDPOINT": hub.address}).code == 0
    hub.requests.clear()
    done = modelcheck("scan", target, "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert hub.asked() == []
    assert done.json["checkpoints"][0]["source"] == "cache"


def test_a_revision_is_another_checkpoint(hub: Hub, modelcheck: Command) -> None:
    repo = hub.add("acme/model", PAPERS)
    repo.revisions["it-SFT"] = {**hub.repos["acme/model"].revisions["main"], "config.json": b'{"model_type": "gemma"}'}
    done = modelcheck("scan", "acme/model", "hf://acme/model@it-SFT", "--format", "json", env={"HF_ENDPOINT": hub.address})
    revisions = [checkpoint["revision"] for checkpoint in done.json["checkpoints"]]
    assert revisions == [repo.commit("main"), repo.commit("it-SFT")]


def test_a_one_part_id_is_one(hub: Hub, modelcheck: Command) -> None:
    hub.add("gpt2", PAPERS)
    done = modelcheck("scan", "gpt2", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert done.json["checkpoints"][0]["verdict"]["label"] == "base"


def test_a_gated_repository_is_judged_by_what_is_public(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/Model-8B-Instruct", PAPERS, gated=True)
    done = modelcheck("scan", "acme/Model-8B-Instruct", "--format", "json", env={"HF_ENDPOINT": hub.address})
    checkpoint = done.json["checkpoints"][0]
    assert checkpoint["verdict"]["label"] == "instruct"
    assert any("gated" in skipped["reason"] and "HF_TOKEN" in skipped["reason"] for skipped in checkpoint["skipped"])


FAULTS = {
    "gone": (Fault("/api/models/", 404), "unreadable"),
    "rate limit": (Fault("/api/models/", 429, headers={"Retry-After": "7"}), "rate-limited"),
    "server error": (Fault("/api/models/", 500), "unreadable"),
    "hang": (Fault("/api/models/", 200, seconds=30), "timeout"),
    "no JSON": (Fault("/api/models/", 200, body=b"<html>"), "unreadable"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_kind_and_the_other_targets_go_on(name: str, hub: Hub, modelcheck: Command) -> None:
    fault, kind = FAULTS[name]
    hub.add("acme/good-base", PAPERS)
    hub.faults.append(
        Fault(fault.pattern + "acme/bad", fault.status, headers=fault.headers, seconds=fault.seconds, body=fault.body)
    )
    done = modelcheck("scan", "acme/bad", "acme/good-base", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert [(error["target"], error["kind"]) for error in done.json["errors"]] == [("acme/bad", kind)]
    assert [checkpoint["target"] for checkpoint in done.json["checkpoints"]] == ["acme/good-base"]
    assert done.code == 4


def test_what_the_hub_does_not_know_is_not_found(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/model", PAPERS)
    hub.add("acme/private", PAPERS, private=True)
    targets = ("acme/missing", "acme/private", "acme/model@no-such-branch")
    done = modelcheck("scan", *targets, "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert [(error["target"], error["kind"]) for error in done.json["errors"]] == [(target, "not-found") for target in targets]
    assert done.code == 4


def test_a_hub_that_is_not_there_is_waited_for_once(modelcheck: Command) -> None:
    done = modelcheck("scan", "acme/a", "acme/b", "--format", "json", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert [error["kind"] for error in done.json["errors"]] == ["offline", "offline"]
    assert "--offline" in done.json["errors"][0]["message"]
    assert done.code == 4


def test_a_checkpoint_that_only_a_file_names_and_that_cannot_be_reached_is_judged_by_its_name(
    modelcheck: Command, tmp_path: Path
) -> None:
    compose = (ROOT / "fixtures/chat-on-base/compose.yaml").read_text()
    (tmp_path / "compose.yaml").write_text(compose)
    done = modelcheck("scan", "compose.yaml", "--format", "json", cwd=tmp_path)
    assert done.code == 1
    assert done.json["errors"] == []
    assert done.json["checkpoints"][0]["source"] == "name"


def test_a_use_is_judged_by_the_checkpoint_that_the_hub_has(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    hub.add(
        "acme/mystery", fixture_files("tiny-base") | {"README.md": b"---\nlicense: mit\n---\nThis is a pretrained base model.\n"}
    )
    (tmp_path / "compose.yaml").write_text(
        "services:\n  one:\n    image: vllm/vllm-openai\n    command: --model acme/mystery --reasoning-parser x\n"
        "  two:\n    image: vllm/vllm-openai\n    command: --model acme/mystery --reasoning-parser x --port 1\n"
    )
    done = modelcheck("scan", "compose.yaml", "--format", "json", cwd=tmp_path, env={"HF_ENDPOINT": hub.address})
    assert [finding["at"]["line"] for finding in done.json["findings"]] == [4, 7]
    assert sum("/api/models/" in asked for asked in hub.asked()) == 1, "two uses of one checkpoint, one question"


def test_the_token_goes_to_the_hub_and_nowhere_else(hub: Hub, modelcheck: Command) -> None:
    token = "hf_" + "s3cretTokenForTests" * 2
    hub.add("acme/model", PAPERS, gated=True)
    done = modelcheck("scan", "acme/model", "-vv", env={"HF_ENDPOINT": hub.address, "HF_TOKEN": token})
    assert done.code == 0, done.err
    assert any(headers.get("authorization", headers.get("Authorization")) == f"Bearer {token}" for _, _, headers in hub.requests)
    assert token not in done.out + done.err
