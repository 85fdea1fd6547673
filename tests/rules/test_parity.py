"""Rules that tell what transformers will do, held against transformers."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelcheck.config import Settings
from modelcheck.findings import Severity
from modelcheck.report import Reported
from modelcheck.testing import check
from modelcheck.testing.checking import run

GENERATION: dict[str, list[Any]] = {
    "do_sample": [True, False, None], "temperature": [0.7, 1.0, None], "top_p": [0.9, 1.0], "top_k": [50, 0, None],
    "min_p": [0.1, None], "typical_p": [1.0, 0.9], "top_h": [0.4], "epsilon_cutoff": [0.0, 0.1], "eta_cutoff": [0.0, 0.1],
    "num_beams": [1, 4, None], "early_stopping": [True, False, "never", "soon"], "length_penalty": [1.0, 2.0],
    "num_return_sequences": [1, 3, 6], "pad_token_id": [0, -1, None], "max_new_tokens": [10, 0, -1],
    "return_dict_in_generate": [True, False], "output_scores": [True, False], "output_attentions": [True],
    "use_cache": [True, False], "cache_implementation": ["static", None], "eos_token_id": [2, [1, 2]],
    "forced_eos_token_id": [2, [1, 2]], "suppress_tokens": [[2], [1, 2, 3]], "streamer": [None, 1], "max_length": [20],
    "transformers_version": ["4.40"], "_from_model_config": [True], "of_somebody": [1],
}  # fmt: skip
ROPE: dict[str, list[Any]] = {
    "rope_type": ["linear", "dynamic", "yarn", "longrope", "llama3", "default", "of-somebody"], "factor": [2.0],
    "low_freq_factor": [1.0], "high_freq_factor": [4.0], "original_max_position_embeddings": [64], "short_factor": [[1.0]],
    "long_factor": [[1.0]], "attention_factor": [1.0],
}  # fmt: skip


def some(values: dict[str, list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A few of the keys, each with one of its values."""
    keys = st.lists(st.sampled_from(sorted(values)), unique=True, max_size=6)
    return keys.flatmap(lambda names: st.fixed_dictionaries({name: st.sampled_from(values[name]) for name in names}))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


@settings(max_examples=300, deadline=None)
@given(some(GENERATION))
def test_a_generation_config_is_refused_where_transformers_refuses_it(data: dict[str, Any]) -> None:
    from transformers import GenerationConfig

    try:
        GenerationConfig.from_dict(dict(data)).validate(strict=True)
        refused = False
    except ValueError:
        refused = True
    assert bool(check("config/generation-config-refused", {"generation_config.json": json.dumps(data)})) is refused


@settings(max_examples=200, deadline=None)
@given(some(ROPE))
def test_a_rope_scaling_lacks_what_transformers_says_it_lacks(scaling: dict[str, Any]) -> None:
    from transformers import LlamaConfig

    config = json.dumps({"model_type": "llama", "rope_scaling": scaling})
    try:
        LlamaConfig(rope_scaling=dict(scaling))
        refused = False
    except KeyError:
        refused = True
    assert bool(check("config/rope-key-missing", {"config.json": config})) is refused


@pytest.fixture(scope="module")
def checkpoint() -> dict[str, bytes]:
    """A model that transformers loads."""
    folder = Path(__file__).parents[2] / "fixtures/tiny-instruct"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".json", ".safetensors")}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("config/vocab-size-differs-from-tensors", {"vocab_size": 300}),
        ("config/more-layers-than-tensors", {"num_hidden_layers": 5}),
        ("config/model-type-missing", {"model_type": None}),
    ],
)
def test_transformers_does_not_load_what_the_rule_tells_of(
    rule: str, changes: dict[str, Any], checkpoint: dict[str, bytes], tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM

    assert check(rule, checkpoint) == []
    config = {**json.loads(checkpoint["config.json"]), **changes}
    config = {key: value for key, value in config.items() if value is not None}
    changed = {**checkpoint, "config.json": json.dumps(config).encode()}
    assert check(rule, changed)
    for name, content in changed.items():
        (tmp_path / name).write_bytes(content)
    try:
        _, told = AutoModelForCausalLM.from_pretrained(tmp_path, output_loading_info=True)
    except (RuntimeError, ValueError):
        return
    assert told["missing_keys"]  # made of random numbers


@pytest.fixture
def adapter(checkpoint: dict[str, bytes], tmp_path: Path) -> Path:
    """An adapter that changes what its model says, saved beside it by peft."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    for name, content in checkpoint.items():
        (tmp_path / name).write_bytes(content)
    settings = LoraConfig(r=4, target_modules=["q_proj"], init_lora_weights=False)
    get_peft_model(AutoModelForCausalLM.from_pretrained(tmp_path), settings).save_pretrained(tmp_path / "adapter")
    return tmp_path / "adapter"


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def on_its_base(adapter: Path) -> Any:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    return PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(adapter.parent), adapter)


def test_peft_does_not_load_an_adapter_of_another_rank(adapter: Path) -> None:
    assert check("weights/adapter-rank-differs", files_of(adapter)) == []
    config = json.loads((adapter / "adapter_config.json").read_text()) | {"r": 8}
    (adapter / "adapter_config.json").write_text(json.dumps(config))
    assert check("weights/adapter-rank-differs", files_of(adapter))
    with pytest.raises(RuntimeError, match="size mismatch"):
        on_its_base(adapter)


@pytest.mark.parametrize(
    ("there", "instead"), [("base_model.model.", ""), ("base_model.", "base_model.model.base_model."), ("lora_A", "lora_down")]
)
def test_peft_passes_over_matrices_of_other_names(adapter: Path, there: str, instead: str) -> None:
    from safetensors.torch import load_file, save_file

    assert check("weights/adapter-matrices-unknown", files_of(adapter)) == []
    right = on_its_base(adapter).state_dict()
    stored = load_file(adapter / "adapter_model.safetensors")
    changed = {name.replace(there, instead, 1): tensor for name, tensor in stored.items() if "lora_A" in name}
    save_file(changed, adapter / "adapter_model.safetensors", {"format": "pt"})
    assert check("weights/adapter-matrices-unknown", files_of(adapter))
    found = on_its_base(adapter).state_dict()
    assert not any(found[name].equal(right[name]) for name in right if "lora_A" in name)


def test_what_transformers_saves_is_in_order(checkpoint: dict[str, bytes], tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    for name, content in checkpoint.items():
        (tmp_path / name).write_bytes(content)
    model = AutoModelForCausalLM.from_pretrained(tmp_path)
    model.save_pretrained(tmp_path / "shards", max_shard_size="100KB")
    model.half().save_pretrained(tmp_path / "half")
    model.float().resize_token_embeddings(300)
    model.save_pretrained(tmp_path / "resized")
    papers = {name: content for name, content in checkpoint.items() if name.startswith("tokenizer")}
    for folder in ("shards", "half", "resized"):
        assert faults(files_of(tmp_path / folder) | papers) == [], folder
    assert any(path.name.endswith("index.json") for path in (tmp_path / "shards").iterdir())


@pytest.mark.parametrize(
    "settings",
    [
        {"target_modules": ["q_proj"], "use_dora": True},
        {"target_modules": ["q_proj", "v_proj"], "rank_pattern": {"q_proj": 8}},
        {"target_modules": ["embed_tokens"]},
        {"target_modules": ["q_proj"], "modules_to_save": ["lm_head"]},
        {"target_modules": ["q_proj"], "trainable_token_indices": [1, 2]},
    ],
    ids=" ".join,
)
def test_what_peft_saves_is_in_order(settings: dict[str, Any], checkpoint: dict[str, bytes], tmp_path: Path) -> None:
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    for name, content in checkpoint.items():
        (tmp_path / name).write_bytes(content)
    tuned = get_peft_model(AutoModelForCausalLM.from_pretrained(tmp_path), LoraConfig(r=4, **settings))
    for name, values in tuned.named_parameters():
        if "lora_B" in name:  # as training moves it: at zero the adapter would change nothing, which a rule reports
            values.data += 0.01
    tuned.save_pretrained(tmp_path / "adapter")
    told = {one.rule for one in faults(files_of(tmp_path / "adapter"))}
    # The card is peft's default one; the base is the folder of this test.
    assert told <= {"card/license-missing", "card/placeholder-left", "card/base-model-is-a-path"}


def faults(files: dict[str, bytes]) -> list[Reported]:
    """Every error and warning about a checkpoint."""
    report = run(files, Settings(offline=True))
    return [one for one in report.findings if one.severity > Severity.NOTE]
