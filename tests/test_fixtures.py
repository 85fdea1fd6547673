"""Every fixture says what its expect.toml says, through the command; and the trained pair behaves as its labels say."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from conftest import ROOT, Command

FIXTURES = sorted(path.parent for path in (ROOT / "fixtures").glob("*/expect.toml"))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_a_scan_says_what_is_expected(fixture: Path, modelcheck: Command) -> None:
    expected = tomllib.loads((fixture / "expect.toml").read_text())
    done = modelcheck("scan", ".", "--offline", "--format", "json", cwd=fixture)
    report = done.json
    assert report["errors"] == []
    assert {(found["rule"], found["at"]["path"], found["at"]["line"]) for found in report["findings"]} == {
        (found["rule"], found["path"], found.get("line")) for found in expected.get("finding", [])
    }
    assert [(use["path"], use["line"], use["model"], use["purpose"], use["verdict"]) for use in report["uses"]] == [
        (use["path"], use["line"], use["model"], use["purpose"], use["label"]) for use in expected.get("uses", [])
    ]
    asked = [checkpoint["verdict"]["label"] for checkpoint in report["checkpoints"] if checkpoint["asked"]]
    assert asked == ([expected["label"]] if "label" in expected else [])
    assert done.code == expected["exit"]


def test_the_mended_twin_differs_in_the_model_only() -> None:
    base, twin = ROOT / "fixtures/chat-on-base", ROOT / "fixtures/chat-on-instruct"
    for path in ("compose.yaml", "k8s/server.yaml"):
        assert (base / path).read_text().replace("Meta-Llama-3-8B", "Meta-Llama-3-8B-Instruct") == (twin / path).read_text()


@pytest.mark.slow
def test_making_the_fixtures_again_gives_the_same_bytes() -> None:
    """The trained weights by their record and the first steps of each training; with another torch they are trained to the end."""
    command = [sys.executable, ROOT / "fixtures/make.py", "--check", "--recorded"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


WITH_ANOTHER = """
import json, sys
sys.path.insert(0, sys.argv[1])
import _record
weights, started = _record.stored(), []
_record.starts = lambda base: started.append(1) or json.loads(_record.FILE.read_text())["starts"]
assert _record.holds(weights) and started == [1]
weights[1]["model.norm.weight"] = weights[1]["model.norm.weight"] * 2
print(_record.holds(weights))
_record._SOURCES = ("_training.py",)
print(_record.holds(_record.stored()))
_record._SOURCES = ("_training.py", "_documents.py")
_record.starts = lambda base: {}
print(_record.holds(_record.stored()))
"""


@pytest.mark.slow
def test_the_record_of_a_training_is_of_its_weights_its_sources_and_its_first_steps() -> None:
    command = [sys.executable, "-c", WITH_ANOTHER, ROOT / "fixtures"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "False\n" * 3, done.stderr


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "stops"), [("tiny-instruct", True), ("tiny-base", False)])
def test_the_pair_answers_and_stops_or_goes_on(name: str, stops: bool) -> None:
    """The models in transformers: asked in the chat format, the instruct model ends its turn and the base model does not."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(ROOT / "fixtures" / name)
    model = AutoModelForCausalLM.from_pretrained(ROOT / "fixtures" / name)
    prompt = "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"
    tokens = tokenizer(prompt, return_tensors="pt").input_ids
    assert tokens[0, 0] == 1, "the special tokens are single tokens"
    made = model.generate(tokens, max_new_tokens=48, do_sample=False, eos_token_id=2, pad_token_id=0)[0, tokens.shape[1] :]
    assert (made[-1].item() == 2) is stops
    if stops:
        assert tokenizer.decode(made[:-1]) == "The capital of France is Paris."


PROBED = [fixture for fixture in FIXTURES if "[probe]" in (fixture / "expect.toml").read_text()]


@pytest.mark.slow
@pytest.mark.parametrize("fixture", PROBED, ids=lambda path: path.name)
def test_a_probe_says_what_is_expected(fixture: Path, modelcheck: Command) -> None:
    expected = tomllib.loads((fixture / "expect.toml").read_text())["probe"]
    done = modelcheck("scan", ".", "--offline", "--probe", "--format", "json", cwd=fixture)
    (checkpoint,) = done.json["checkpoints"]
    assert checkpoint["verdict"]["label"] == expected["label"]
    if "skipped" in expected:
        assert checkpoint["probe"] == {"outcome": None, "why": expected["skipped"]}
        return
    assert checkpoint["probe"]["outcome"] == expected["outcome"]
    (evidence,) = (one for one in checkpoint["verdict"]["evidence"] if one["signal"] == "identity/turn-ending")
    assert (evidence["weight"] > 0) is (expected["outcome"] == "instruct")
    if expected["outcome"] == "instruct":
        assert "conversations in its pretraining" in evidence["because"], "the confound is named"
