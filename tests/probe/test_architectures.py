"""Models of many architectures, tiny, with random weights: each can be scored and let run, and the score is a whole forward's."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
TINY = ROOT / "fixtures/tiny-instruct"
SMALL = {
    "vocab_size": 264, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": 512,
    "bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0,
}  # fmt: skip
EXPERTS = {"num_local_experts": 4, "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16}
TYPES: dict[str, dict[str, Any]] = {
    "llama": {},
    "mistral": {"sliding_window": 16},
    "mixtral": EXPERTS,
    "qwen2": {},
    "qwen3": {},
    "qwen3_moe": EXPERTS,
    "gemma2": {"query_pre_attn_scalar": 8, "sliding_window": 16},
    "gemma3_text": {"query_pre_attn_scalar": 8, "sliding_window": 16},
    "phi3": {},
    "olmo2": {},
    "granite": {"logits_scaling": 4.0},
    "cohere": {},
    "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 512},
    "gpt_neox": {},
    "gpt_oss": {**EXPERTS, "layer_types": ["sliding_attention", "full_attention"]},
    "falcon": {"new_decoder_architecture": False, "multi_query": True, "head_dim": None},
    "mamba": {"state_size": 4},
    "stablelm": {},
}


@pytest.fixture(params=TYPES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(0)
    given = {name: value for name, value in {**SMALL, **TYPES[request.param]}.items() if value is not None}
    config = AutoConfig.for_model(request.param, **given)
    AutoModelForCausalLM.from_config(config).save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TINY / name, tmp_path / name)
    return tmp_path


def test_each_is_scored_as_a_whole_forward_would_and_let_run(folder: Path) -> None:
    import torch
    from modelcheck.probe.formats import FAMILIES
    from modelcheck.probe.loading import load
    from modelcheck.probe.messages import Place, Request
    from modelcheck.probe.scoring import choose, score
    from modelcheck.probe.writing import write

    torch.set_num_threads(1)
    formats = tuple(family.format() for family in FAMILIES)
    request = Request(Place(str(folder)), None, formats, ("The capital",), (), 10**6, 4, "cpu")
    loaded = load(request)
    chosen, unfit = choose(loaded, formats)
    assert chosen is not None
    assert (chosen.format.name, chosen.end) == ("ChatML", 2)
    assert unfit == ["Phi's ChatML: <|im_sep|> is not a token of its vocabulary"]
    scores = score(loaded, chosen, ())
    assert scores.controls == ("<|reserved_0|>", "<|reserved_1|>", "<|reserved_2|>", "row 262", "row 263")
    for index, pair in enumerate(chosen.format.pairs):
        ids = loaded.tokenizer(pair.before + pair.answer, add_special_tokens=False, return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            logs = loaded.model(input_ids=ids).logits[0].float().log_softmax(-1)
        assert scores.complete[index] == pytest.approx(float(logs[-1, 2]), abs=2e-3)
        assert scores.control[index] == pytest.approx(float(logs[-1, [3, 4, 5, 262, 263]].max()), abs=2e-3)
        cut = len(pair.answer) - pair.answer.rindex(" ")  # one token a byte
        assert scores.cut[index] == pytest.approx(float(logs[-1 - cut, 2]), abs=2e-3)
    plain, in_format = write(loaded, request, chosen)
    assert [one.tokens <= 4 for one in (*plain, *in_format)] == [True] * 4
