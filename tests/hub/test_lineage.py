"""Weights compared over HTTP: how little is asked for, and what the rules say of a checkpoint and the parent that it names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from conftest import ROOT, Command
from hub.server import Hub, Repo
from lineage.variants import noise, random_like, read

BASE = ROOT / "fixtures/tiny-base"


def card(**fields: Any) -> str:
    return "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items()) + "---\n"


def files(tensors: dict[str, np.ndarray], **fields: Any) -> dict[str, bytes | str]:
    small = {name: (BASE / name).read_bytes() for name in ("config.json", "tokenizer.json", "tokenizer_config.json")}
    return {**small, "model.safetensors": save(tensors), "README.md": card(**fields)}


def large(seed: int, tokens: int = 1100) -> dict[str, np.ndarray]:
    """The width of an 8B model in 16 bits, with fewer units and tokens than it has."""
    numbers = np.random.default_rng(seed)
    shapes = {"model.embed_tokens.weight": (tokens, 4096)}
    for layer in (0, 4):
        shapes |= {f"model.layers.{layer}.mlp.{part}_proj.weight": (64, 4096) for part in ("gate", "up")}
        shapes |= {f"model.layers.{layer}.self_attn.{part}_proj.weight": (64, 4096) for part in "qv"}
    return {name: numbers.normal(size=shape).astype(np.float16) for name, shape in shapes.items()}


def lineage(modelcheck: Command, hub: Hub, tmp_path: Path, *words: str) -> Any:
    return modelcheck("lineage", *words, "-q", "--format", "json", cwd=tmp_path, env={"HF_ENDPOINT": hub.address})


@pytest.mark.parametrize(("related", "outcome"), [(True, "derived"), (False, "not derived")])
def test_at_most_six_requests_and_a_megabyte_for_both(
    hub: Hub, modelcheck: Command, tmp_path: Path, related: bool, outcome: str
) -> None:
    one = large(1)
    other = {name: (values * 1.01).astype(np.float16) for name, values in one.items()} if related else large(2)
    hub.add("acme/thing", files(one))
    hub.add("acme/other", files(other))
    done = lineage(modelcheck, hub, tmp_path, "acme/thing", "acme/other")
    assert done.json["pairs"][0]["outcome"] == outcome
    asked = [path for path in hub.asked() if "safetensors" in path]
    assert len(asked) <= (4 if related else 6)
    weights = hub.bytes_sent - sum(len(content) for repo in hub.repos.values() for content in small(repo))
    assert weights < 1_000_000


def small(repo: Repo) -> list[bytes]:
    found = repo.files("main") or {}
    return [content for path, content in found.items() if path.endswith(("README.md", "config.json"))]


def findings(hub: Hub, modelcheck: Command, tmp_path: Path, name: str = "acme/chat") -> Any:
    words = ("scan", name, "--budget", "weights", "--select", "weights", "--format", "json", "-v")
    return modelcheck(*words, cwd=tmp_path, env={"HF_ENDPOINT": hub.address})


def _changed(base: dict[str, np.ndarray], where: str) -> dict[str, np.ndarray]:
    assert any(where in name for name in base)
    return {name: values * 1.01 if where in name else values for name, values in base.items()}


CHILDREN = {
    "of the parent": (lambda base: noise(base, 0.02), "finetune", None),
    "trained apart": (lambda base: random_like(base, 8), "finetune", "weights/not-from-its-base"),
    "the same": (dict, "finetune", "weights/same-as-its-base"),
    "the same, which it says": (dict, "quantized", None),
    "the same but for the last layer": (lambda base: _changed(base, "layers.1."), "finetune", None),
    "the same but for one kind": (lambda base: _changed(base, "down_proj"), "finetune", None),
    "the same but for norms": (lambda base: _changed(base, "layernorm"), "finetune", None),
    "the same in another type": (lambda base: {name: one.astype(np.float16) for name, one in base.items()}, "finetune", None),
}


@pytest.mark.parametrize("child", CHILDREN)
def test_what_the_rules_say_of_a_child(hub: Hub, modelcheck: Command, tmp_path: Path, child: str) -> None:
    make, relation, rule = CHILDREN[child]
    base = random_like(read(BASE), 7)
    hub.add("acme/thing", files(base))
    hub.add("acme/chat", files(make(base), base_model="acme/thing", base_model_relation=relation))
    found = {one["rule"] for one in findings(hub, modelcheck, tmp_path).json["findings"]}
    lineage_rules = {"weights/not-from-its-base", "weights/same-as-its-base", "weights/derived-but-undeclared"}
    assert found & lineage_rules == ({rule} if rule else set())


PARENTS = {
    "missing": None,
    "gated": {"gated": "manual"},
    "pickled": {},
    "another architecture": {},
    "cut off": {},
    "all zero": {},
}


@pytest.mark.parametrize("parent", PARENTS)
def test_a_parent_that_cannot_be_compared_is_no_fault_of_the_child(
    hub: Hub, modelcheck: Command, tmp_path: Path, parent: str
) -> None:
    base = random_like(read(BASE), 7)
    tensors = {
        "another architecture": {"h.0.mlp.c_fc.weight": np.ones((8, 8), np.float32)},
        "all zero": {name: np.zeros_like(values) for name, values in base.items()},
    }.get(parent, random_like(base, 9))
    theirs = files(tensors)
    if parent == "pickled":
        theirs["pytorch_model.bin"] = theirs.pop("model.safetensors")
    if parent == "cut off":
        theirs["model.safetensors"] = theirs["model.safetensors"][:-500]
    if parent != "missing":
        hub.add("acme/thing", theirs, **(PARENTS[parent] or {}))
    hub.add("acme/chat", files(base, base_model="acme/thing"))
    done = findings(hub, modelcheck, tmp_path)
    assert "weights/not-from-its-base" not in {one["rule"] for one in done.json["findings"]}
    assert "Traceback" not in done.err


def test_itself_as_its_parent(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    hub.add("acme/chat", files(random_like(read(BASE), 7), base_model="acme/chat"))
    done = findings(hub, modelcheck, tmp_path)
    assert not {"weights/not-from-its-base", "weights/same-as-its-base"} & {one["rule"] for one in done.json["findings"]}


def test_the_parent_that_the_files_name_is_compared_with(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    base = random_like(read(BASE), 7)
    hub.add("acme/thing", files(base))
    hub.add("acme/chat", files(noise(base, 0.02), base_model="acme/thing"))
    done = lineage(modelcheck, hub, tmp_path, "acme/chat")
    assert done.code == 0
    (edge,) = done.json["relations"]
    assert (edge["parent"], edge["child"], edge["reasons"]) == ("acme/thing", "acme/chat", ["its files say so"])


def test_all_models_of_an_author(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    bases = {f"acme/base-{seed}": random_like(read(BASE), seed) for seed in range(4)}
    for name, tensors in bases.items():
        hub.add(name, files(tensors))
    hub.add("other/own", files(noise(bases["acme/base-2"], 0.1)))
    done = lineage(modelcheck, hub, tmp_path, "other/own", "--search", "acme")
    assert [pair["other"] for pair in done.json["pairs"] if pair["outcome"] == "derived"] == ["acme/base-2"]


def test_the_verdict_of_a_copy_is_that_of_its_parent(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    base = random_like(read(BASE), 7)
    hub.add("acme/Thing-7B-Instruct", files(base))
    hub.add("acme/renamed", files(base, base_model="acme/Thing-7B-Instruct"))
    done = findings(hub, modelcheck, tmp_path, "acme/renamed")
    evidence = done.json["checkpoints"][0]["verdict"]["evidence"]
    assert any(one["signal"] == "identity/weights-of-parent" and "identical" in one["because"] for one in evidence)


def test_what_was_trained_in_its_last_layers_alone_is_no_copy(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    base = random_like(read(BASE), 7)
    hub.add("acme/Thing-7B-Base", files(base))
    hub.add("acme/tuned", files(_changed(base, "layers.1."), base_model="acme/Thing-7B-Base"))
    done = findings(hub, modelcheck, tmp_path, "acme/tuned")
    assert not any("its weights are" in one["because"] for one in done.json["checkpoints"][0]["verdict"]["evidence"])
    pair = lineage(modelcheck, hub, tmp_path, "acme/tuned", "acme/Thing-7B-Base").json["pairs"][0]
    assert (pair["outcome"], pair["degree"], pair["whole"]) == ("derived", "close", False)
    assert "layers.1." in pair["elsewhere"]


def test_files_with_the_same_digest_are_not_read_further(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    base = random_like(read(BASE), 7)
    hub.add("acme/thing", files(base))
    hub.add("acme/copy", files(base, license="mit"))
    pair = lineage(modelcheck, hub, tmp_path, "acme/thing", "acme/copy").json["pairs"][0]
    assert (pair["degree"], pair["whole"]) == ("identical", True)
    assert len([path for path in hub.asked() if "safetensors" in path]) <= 4


def deep(seed: int, layers: int = 12) -> dict[str, np.ndarray]:
    """A model of more tensors than are sampled on the Hub."""
    numbers = np.random.default_rng(seed)
    shapes = {"model.embed_tokens.weight": (128, 64)}
    for layer in range(layers):
        shapes |= {f"model.layers.{layer}.mlp.{part}_proj.weight": (64, 64) for part in ("gate", "up", "down")}
        shapes |= {f"model.layers.{layer}.self_attn.{part}_proj.weight": (64, 64) for part in "qkvo"}
    return {name: numbers.normal(size=shape).astype(np.float16) for name, shape in shapes.items()}


@pytest.mark.parametrize("changed", ["", "layers.6.self_attn.o_proj"])
def test_a_folder_that_is_its_parent_on_the_hub_is_read_to_its_end(
    hub: Hub, modelcheck: Command, tmp_path: Path, changed: str
) -> None:
    base = deep(3)
    hub.add("acme/thing", files(base))
    own = {name: values.copy() for name, values in base.items()}
    if changed:
        own[f"model.{changed}.weight"][3, 5] += 1  # one value of a row that is not sampled
    (tmp_path / "own").mkdir()
    for name, content in files(own, base_model="acme/thing").items():
        (tmp_path / "own" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    pair = lineage(modelcheck, hub, tmp_path, "./own", "acme/thing").json["pairs"][0]
    assert (pair["degree"], pair["whole"]) == ("identical", not changed)
    done = findings(hub, modelcheck, tmp_path, "./own")
    assert [one["rule"] for one in done.json["findings"]] == ([] if changed else ["weights/same-as-its-base"])


def test_two_names_of_one_checkpoint(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    hub.add("acme/thing", files(deep(3)))
    done = lineage(modelcheck, hub, tmp_path, "acme/thing", "acme/thing@main")
    assert done.code == 0, done.err
    assert [(pair["degree"], pair["whole"]) for pair in done.json["pairs"]] == [("identical", True)]
