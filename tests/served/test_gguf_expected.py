"""``--expect model.gguf``: the tokenizer and the template that a server is compared with are those in a GGUF file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import Command
from served.engine import OTHER, SPECIAL, TEMPLATE, Engine, checkpoint, running

TEXTS, CHATS, TOKENIZE, RENDERED = (
    "token counts of texts",
    "token counts of conversations",
    "tokens of /tokenize",
    "text of /apply-template",
)
CONTROL, NORMAL = 3, 1


def gguf_of(folder: Path, path: Path, *, rule: str | None = "gpt-2", kind: str = "gpt2", template: str = TEMPLATE) -> Path:
    """A GGUF file with the tokenizer of a checkpoint, as llama.cpp's converter writes it; it has one tensor."""
    import numpy as np
    from gguf import GGUFWriter

    data = json.loads((folder / "tokenizer.json").read_text())
    ids = data["model"]["vocab"] | {one["content"]: one["id"] for one in data["added_tokens"]}
    tokens = sorted(ids, key=lambda token: ids[token])
    control = {one["content"] for one in data["added_tokens"]}
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = GGUFWriter(path, "llama")
    writer.add_context_length(4096)
    writer.add_tokenizer_model(kind)
    if rule is not None:
        writer.add_tokenizer_pre(rule)
    writer.add_token_list(tokens)
    writer.add_token_types([CONTROL if token in control else NORMAL for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in data["model"]["merges"]])
    writer.add_bos_token_id(ids["<s>"])
    writer.add_eos_token_id(ids["<|im_end|>"])
    writer.add_add_bos_token(True)
    writer.add_chat_template(template)
    writer.add_tensor("token_embd.weight", np.zeros((len(tokens), 32), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("checkpoints") / "own", special=(*SPECIAL, "<|call|>", "<|result|>"))


def compared(modelcheck: Command, engine: Engine, expected: Path) -> tuple[dict[str, Any], list[str]]:
    """The checks by name, and the rules that found something."""
    with running(engine) as address:
        words = ("scan", address, "--expect", expected, "--select", "served", "--format", "json")
        done = modelcheck(*words, timeout=300)
    assert not done.json["errors"], done.json["errors"]
    checks = {check["name"]: check for check in done.json["checkpoints"][0]["served_identity"]["checks"]}
    return checks, [found["rule"] for found in done.json["findings"]]


def outcomes(checks: Mapping[str, Any]) -> list[str]:
    return [checks[name]["outcome"] for name in (TOKENIZE, TEXTS, RENDERED, CHATS)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["a file", "a folder"])
def test_the_server_of_the_same_tokenizer_and_template_agrees(kind: str, own: Path, modelcheck: Command, tmp_path: Path) -> None:
    file = gguf_of(own, tmp_path / "thing" / "thing.Q8_0.gguf")
    expected = file if kind == "a file" else file.parent
    checks, rules = compared(modelcheck, Engine(own, own_routes="llama.cpp"), expected)
    assert (rules, outcomes(checks)) == ([], ["agrees"] * 4)
    assert checks["a long prompt"]["outcome"] == "agrees"
    assert checks["context length"]["outcome"] == "agrees"


# what is served, how → the rule, the check that differs
FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "another tokenizer": ({"corpus": 1}, {}, "another-tokenizer", TEXTS),
    "missing tokens": ({"special": (*SPECIAL, "xq7 unused", "zq8 unused")}, {}, "added-tokens-missing", TEXTS),
    "no first token": ({}, {"no_first": True}, "first-token-differs", TEXTS),
    "no generation prompt": ({}, {"prompt": False}, "prompt-without-answer-start", CHATS),
    "another template": ({}, {"template": OTHER}, "another-template", CHATS),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", FAULTS)
def test_a_planted_fault_is_found(case: str, own: Path, modelcheck: Command, tmp_path: Path) -> None:
    made, wrongly, rule, check = FAULTS[case]
    served = checkpoint(tmp_path / "served", **made) if made else own
    checks, rules = compared(modelcheck, Engine(served, **wrongly), gguf_of(own, tmp_path / "thing.gguf"))
    assert rules == [f"served/{rule}"]
    assert checks[check]["outcome"] == "differs"


# how the file is written → what the report says
UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "a rule of splitting that nothing here has": ({"rule": "boats-v9"}, "splits texts, 'boats-v9', is not known here"),
    "no rule of splitting": ({"rule": None}, "splits texts, is missing"),
    "a kind of tokenizer that transformers does not make": ({"kind": "rwkv"}, "rwkv"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", UNKNOWN)
def test_what_is_not_known_exactly_is_not_checked(case: str, own: Path, modelcheck: Command, tmp_path: Path) -> None:
    how, says = UNKNOWN[case]
    served = checkpoint(tmp_path / "served", corpus=1)
    checks, rules = compared(modelcheck, Engine(served, own_routes="llama.cpp"), gguf_of(own, tmp_path / "thing.gguf", **how))
    assert (rules, outcomes(checks)) == ([], ["not checked", "not checked", "agrees", "not checked"])
    assert all(says in checks[name]["says"] for name in (TOKENIZE, TEXTS, CHATS))


@pytest.mark.slow
def test_a_control_token_that_transformers_reads_as_text_is_told(modelcheck: Command, tmp_path: Path) -> None:
    odd = checkpoint(tmp_path / "odd", special=(*SPECIAL, "<｜call▁end｜>"))
    checks, rules = compared(modelcheck, Engine(odd), gguf_of(odd, tmp_path / "thing.gguf"))
    assert (rules, checks[TEXTS]["outcome"]) == ([], "not checked")
    assert "does not read the token" in checks[TEXTS]["says"]


def test_a_file_that_is_cut_off_is_an_error(own: Path, modelcheck: Command, tmp_path: Path) -> None:
    whole = gguf_of(own, tmp_path / "thing.gguf").read_bytes()
    (tmp_path / "cut.gguf").write_bytes(whole[:5000])
    with running(Engine(own)) as address:
        done = modelcheck("scan", address, "--expect", tmp_path / "cut.gguf", "--select", "served", "--format", "json")
    (error,) = done.json["errors"]
    assert (done.code, error["kind"]) == (4, "unreadable")
    assert "cut.gguf cannot be read" in error["message"]
