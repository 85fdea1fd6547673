"""Base models that saw conversations or instructions before they were published, by what their publishers say of them.

The folder has a neutral name and the sibling's chat template, and stops on the end of a turn: none may be called an instruct
model, and a LoRA run on one of them gets no untrue warning.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Command, write_tree

STATED = {
    "trinity-truebase": (
        "afmoe",
        "The checkpoint was captured before annealing and before any instruction tuning was applied.",
    ),  # card of Trinity-Large-TrueBase
    "trinity-base": (
        "afmoe",
        "It saw mid-training anneals and longer texts, but was saved prior to any instruction tuning.",
    ),  # card of Trinity-Large-Base
    "qwen3.5": (
        "qwen3_5",
        "The pre-trained only model.\n\nThe control tokens were trained.\n\n- Training Stage: Pre-training & Post-training",
    ),  # card of Qwen3.5-4B-Base
    "qwen3": (
        "qwen3",
        "- Training Stage: Pretraining",
    ),  # cards of Qwen3's base models
    "qwen2.5": (
        "qwen2",
        "- Training Stage: Pretraining\n\n**We do not recommend using base language models for conversations.**",
    ),  # card of Qwen2.5-7B
    "qwen2": (
        "qwen2",
        "We do not advise you to use base language models for text generation.",
    ),  # card of Qwen2-7B
    "olmo3": (
        "olmo3",
        "This is the base model. Stage 2 is mid-training on 100B tokens of math, code and QA data.",
    ),  # arXiv:2512.13961
    "decay": (
        "smollm3",
        "This is the base model, after a decay stage that mixes in instruction data.",
    ),
    "midtrain": (
        "step3p5",
        "This is the base checkpoint after mid-training.",
    ),
    "completes": (
        "deepseek_v2",
        "This is the base model. It can complete text.",
    ),
    "no-tuning": (
        "deepseek_v3",
        "This is the pretrained model; 5.7T tokens, no instruction tuning.",
    ),
    "synthetic": (
        "internlm2",
        "This is the base model of the series, pre-trained on synthetic data too.",
    ),
    "japanese": (
        "llama",
        "このモデルは事前学習済みモデルです。指示チューニングは行っていません。",
    ),
    "trajectories": (
        "iquestcoder",
        "This is the base model after mid-training on code trajectories.",
    ),
    "annealed": (
        "granitemoehybrid",
        "This is a base model, trained from scratch in four stages with annealing on instruction data.",
    ),
    "not-tuned": (
        "falcon_h1",
        "This is a base model. It has not been instruction-tuned.",
    ),
    "chat-tokens": (
        "apertus",
        "This is the pretrained model, without instruction tuning. The chat tokens were also trained.",
    ),
    "korean": (
        "exaone4",
        "기본 모델로, 지시 튜닝이 되지 않은 사전 학습 모델입니다.",
    ),
    "chinese": (
        "baichuan",
        "模型仅经过预训练，未经指令微调。",
    ),
    "table": (
        "olmo2",
        "| Stage | Base, no post-training |\n|---|---|\n| Tokens | 4T |",
    ),
}
"""Model type, and what the card says in our words: of the publishers that the comments name, and of kinds that others use."""
TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
TOKENS = {"1": {"content": "<|endoftext|>"}, "2": {"content": "<|im_end|>"}}
TRAIN = "model_name_or_path: ../m\nstage: sft\ndo_train: true\nfinetuning_type: lora\ntemplate: qwen\ndataset: x\noutput_dir: out\n"


def checkpoint(model_type: str, card: str) -> dict[str, str]:
    return {
        "README.md": f"---\nlicense: apache-2.0\n---\n# A model\n\n{card}\n",
        "config.json": json.dumps({"model_type": model_type, "transformers_version": "4.57.0"}),
        "chat_template.jinja": TEMPLATE,
        "tokenizer_config.json": json.dumps({"eos_token": "<|im_end|>", "added_tokens_decoder": TOKENS}),
        "generation_config.json": json.dumps({"eos_token_id": [2, 1]}),
    }


@pytest.mark.parametrize("name", STATED)
def test_none_is_called_an_instruct_model(name: str, modelcheck: Command, tmp_path: Path) -> None:
    model_type, card = STATED[name]
    files = {f"m/{path}": text for path, text in checkpoint(model_type, card).items()}
    write_tree(tmp_path, {**files, "train/sft.yaml": TRAIN})
    done = modelcheck("scan", "m", "train/sft.yaml", "--offline", "--format", "json", cwd=tmp_path)
    found = next(one for one in done.json["checkpoints"] if one["asked"])
    assert found["verdict"]["label"] in ("base", "unknown"), found["verdict"]["evidence"]
    stated_tokens = "tokens were" in card
    warned = any(one["rule"] == "finetune/turn-tokens-not-trained" for one in done.json["findings"])
    assert not (stated_tokens and warned)


@pytest.mark.parametrize("name", STATED)
def test_the_same_card_with_files_of_a_base_model_is_base(name: str, modelcheck: Command, tmp_path: Path) -> None:
    model_type, card = STATED[name]
    files = checkpoint(model_type, card)
    del files["chat_template.jinja"]
    files["tokenizer_config.json"] = json.dumps({"eos_token": "<|endoftext|>", "added_tokens_decoder": TOKENS})
    files["generation_config.json"] = json.dumps({"eos_token_id": 1})
    write_tree(tmp_path, {f"m/{path}": text for path, text in files.items()})
    done = modelcheck("scan", "m", "--offline", "--format", "json", cwd=tmp_path)
    verdict = done.json["checkpoints"][0]["verdict"]
    assert verdict["p_instruct"] < 0.5, verdict["evidence"]
