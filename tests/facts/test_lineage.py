"""What a checkpoint was made from: adapters, merges, fine-tunes and quantizations, as their files name the parent."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from modelcheck.engine.store import Missing
from modelcheck.facts.lineage import Lineage

from facts.support import known, store

LORA = {
    "base_model_name_or_path": "meta-llama/Meta-Llama-3-8B",
    "peft_type": "LORA",
    "r": 16,
    "revision": None,
    "task_type": "CAUSAL_LM",
}
SLERP = """slices:
  - sources:
      - model: OpenPipe/mistral-ft-optimized-1218
        layer_range: [0, 32]
      - model: mlabonne/NeuralHermes-2.5-Mistral-7B
        layer_range: [0, 32]
merge_method: slerp
base_model: OpenPipe/mistral-ft-optimized-1218
dtype: bfloat16
"""
TIES = """models:
  - model:
      model:
        path: mistralai/Mistral-7B-v0.1
  - model:
      model:
        path: /home/anna/models/WizardMath-7B
merge_method: ties
"""


def card(front_matter: str) -> str:
    return f"---\n{front_matter}\n---\n# Thing\n"


def parents(files: Mapping[str, str | bytes], name: str = "acme/Thing-7B") -> list[str]:
    return [origin.written for origin in known(Lineage, files, name=name, kind="hub").origins]


def test_an_adapter_names_its_base_with_the_line() -> None:
    found = known(Lineage, {"adapter_config.json": json.dumps({**LORA, "revision": "main"}, indent=2)})
    (origin,) = found.origins
    assert (found.relation, origin.id, origin.revision) == ("adapter", "meta-llama/Meta-Llama-3-8B", "main")
    assert (origin.at.path, origin.at.line) == ("adapter_config.json", 2)


def test_the_base_of_an_adapter_comes_before_the_one_of_its_card() -> None:
    files = {"adapter_config.json": json.dumps(LORA), "README.md": card("base_model: meta-llama/Meta-Llama-3-8B-Instruct")}
    assert parents(files) == ["meta-llama/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3-8B-Instruct"]


@pytest.mark.parametrize(
    ("front_matter", "relation"),
    [
        ("base_model: Qwen/Qwen2.5-7B", "unknown"),
        ("base_model: Qwen/Qwen2.5-7B\nbase_model_relation: finetune", "finetune"),
        ("base_model: Qwen/Qwen2.5-7B\nbase_model_relation: quantized", "quantized"),
        ("base_model: Qwen/Qwen2.5-7B\ntags:\n- mergekit", "merge"),
        ("base_model:\n- Qwen/Qwen2.5-7B\n- Qwen/Qwen2.5-7B-Instruct", "merge"),
        ("base_model: Qwen/Qwen2.5-7B\nbase_model_relation: nonsense", "unknown"),
    ],
)
def test_the_relation_of_a_card(front_matter: str, relation: str) -> None:
    found = known(Lineage, {"README.md": card(front_matter)})
    assert found.relation == relation
    assert found.origins[0].id == "Qwen/Qwen2.5-7B"
    assert found.origins[0].at.path == "README.md"


def test_a_quantized_checkpoint_is_one_by_its_config() -> None:
    config = {"model_type": "qwen2", "quantization_config": {"quant_method": "awq", "bits": 4}}
    files = {"config.json": json.dumps(config), "README.md": card("base_model: Qwen/Qwen2.5-7B-Instruct")}
    assert known(Lineage, files).relation == "quantized"


def test_the_models_of_a_merge_are_those_of_mergekits_record() -> None:
    assert sorted(parents({"mergekit_config.yml": SLERP})) == [
        "OpenPipe/mistral-ft-optimized-1218",
        "mlabonne/NeuralHermes-2.5-Mistral-7B",
    ]
    found = known(Lineage, {"mergekit_config.yml": TIES})
    assert found.relation == "merge"
    ids = {origin.name: origin.id for origin in found.origins}
    assert ids == {"mistralai/Mistral-7B-v0.1": "mistralai/Mistral-7B-v0.1", "WizardMath-7B": None}


def test_a_checkpoint_is_not_its_own_parent() -> None:
    files = {"README.md": card("base_model: acme/Thing-7B")}
    reason = Missing("no parent model is named", "ordinary")
    assert store(files, name="acme/Thing-7B", kind="hub").look_up(Lineage) == reason
    assert store({}).look_up(Lineage) == reason


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/root/.cache/huggingface/hub/models--meta-llama--Llama-2-7b-hf/snapshots/01c7f73d771dfac7/", "meta-llama/Llama-2-7b-hf"),
        ("mistralai/Mistral-7B-v0.1", "mistralai/Mistral-7B-v0.1"),
        ("/mnt/data/checkpoints/Qwen2.5-7B-Instruct/", "Qwen2.5-7B-Instruct"),
        ("C:\\models\\Phi-3-mini", "Phi-3-mini"),
    ],
)
def test_the_path_that_the_weights_were_loaded_from_is_a_name_and_never_opened(path: str, name: str) -> None:
    (origin,) = known(Lineage, {"config.json": json.dumps({"_name_or_path": path})}).origins
    assert (origin.name, origin.id) == (name, None)


def test_what_is_stated_wins_over_the_path_in_the_config() -> None:
    files = {"config.json": '{"_name_or_path": "/tmp/step-900"}', "README.md": card("base_model: Qwen/Qwen2.5-7B")}
    assert parents(files) == ["Qwen/Qwen2.5-7B"]
