"""Signals on names and papers that show one thing each. No name here is a row of a table: conventions are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from modelcheck.config import Settings
from modelcheck.testing.checking import run
from modelcheck.testing.tiny import gguf
from modelcheck.verdict import Verdict

from conftest import Command

TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"
TOKENIZER = '{"added_tokens_decoder": {"2": {"content": "<|im_end|>"}, "1": {"content": "</s>"}}}'


def verdict(name: str, files: Mapping[str, str | bytes] | None = None) -> Verdict:
    report = run({"config.json": '{"model_type": "llama"}', **(files or {})}, Settings(offline=True), name)
    found = report.checkpoints[0].verdict
    assert found is not None
    return found


def seen(name: str, signal: str, files: Mapping[str, str | bytes] | None = None) -> list[str]:
    """The kinds of what a signal saw. The weights behind them are fitted, so no test names one."""
    return [one.evidence.kind for one in verdict(name, files).evidence if one.signal == f"identity/{signal}" and one.evidence.kind]


def said(name: str, signal: str, files: Mapping[str, str | bytes] | None = None) -> list[float]:
    return [weighed.evidence.weight for weighed in verdict(name, files).evidence if weighed.signal == f"identity/{signal}"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("acme/Thing-7B-Instruct", "instruct"),
        ("acme/thing-7b-chat-v2", "instruct"),
        ("acme/thing_sft.dpo", "instruct"),
        ("acme/thing-4b-it", "instruct"),
        ("acme/thing-E4B-it", "instruct"),
        ("acme/dots.thing.inst", "instruct"),
        ("acme/vicuna-thing-13b", "recipe"),
        ("acme/NeuralHermes-2.5-7B", "recipe"),
        ("acme/ThingChat2-7B", "compound"),
        ("acme/Thing-R1-7B", "reasoning"),
        ("acme/thing-7b-RL-Zero", "rl-zero"),
        ("acme/Thing-7B-abliterated", "uncensored"),
        ("acme/Thing-8B-SLERP", "merge"),
        ("acme/Thing-7B-Base", "base"),
        ("acme/Thing-TrueBase", "base"),
        ("acme/Thing-Midtrain", "base"),
        ("acme/Thing-7B-Before-Annealing", "training-step"),
        ("acme/Thing-8B-RFT", "instruct"),
        ("acme/VibeThinker-1.5B", "reasoning"),
        ("acme/XwinCoder-7B", "recipe"),
        ("acme/Thing-7B-cpt", "continued-pretraining"),
        ("acme/CPT-thing-checkpoint", "none"),
        ("acme/thing-base-2.0-7b", "base"),
        ("acme/thing-pretrained-1b", "base"),
        ("acme/thing-7b-pre-trained", "base"),
        ("acme/ThingChat-7B-base", "base"),
        ("acme/Thing-R1-140M-base", "base"),
        ("google/gemma-9-4b-pt", "base"),
        ("acme/thing-intermediate-step-100k", "training-step"),
        ("acme/thing-base-sft", "base-then-instruct"),
        ("acme/Thing-2.0-Base-Instruct", "base-then-instruct"),
        ("acme/thing-instruct-base", "instruct-then-base"),
        ("acme/Thing-7B", "none"),
        ("acme/Thing-7B-PT", "none"),
        ("acme/Gemma-Thing-PT-BR-4b", "none"),
        ("acme/gpt2-it", "none"),
        ("acme/instructive-thing", "none"),
        ("acme/database-7b", "none"),
        ("acme/chatglm9-6b", "none"),
        ("acme/thing-non-instruct-7b", "none"),
    ],
)
def test_a_stage_marker_is_a_word_of_its_own(name: str, kind: str) -> None:
    assert seen(name, "name-marker") == [kind]


@pytest.mark.parametrize("name", ["acme/bge-base-en-v9", "acme/thing-bert-base", "acme/t5-v1_1-base", "acme/whisper-base"])
def test_base_is_a_size_where_the_family_has_sizes(name: str) -> None:
    assert not [weight for weight in said(name, "name-marker") if weight < -1]


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("Qwen/Qwen2.5-99B", -1),
        ("someone/Qwen3-99B-GGUF", 1),
        ("unsloth/Meta-Llama-3.1-8B-bnb-4bit", -1),
        ("deepseek-ai/DeepSeek-V3-0324", 1),
        ("deepseek-ai/DeepSeek-V2-Lite", -1),
        ("zai-org/GLM-4.5-Air", 1),
        ("acme/dolphin-Llama-3-8B", 0),
        ("acme/Qwen2.5-7B-medical", 0),
    ],
)
def test_the_family_says_what_no_suffix_means(name: str, sign: int) -> None:
    weights = said(name, "family-convention")
    assert [weight > 0 for weight in weights] == ([sign > 0] if sign else [])


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("This is a pretrained base model.", -1),
        ("The model has not been instruction-tuned.", -1),
        ("**Training Stage:** Pretraining", -1),
        ("| Alignment | No supervised fine-tuning or RLHF has been performed. |", -1),
        ("No instruction tuning is needed before use.", 0),
        ("Thing is a small language model with 2B parameters, pre-trained on 3 trillion tokens of code.", -1),
        ("Thing is a model pre-trained on 3 trillion tokens and then fine-tuned on instructions.", 1),
        ("Our chat model was evaluated on 3 trillion tokens.", 0),
        ("Training Stage: Pretraining & Post-training", 1),
        ("Thing is an instruction-tuned language model.", 1),
        ("It was fine-tuned on conversations with SFT and DPO for chat.", 1),
        ("A collection of pretrained and instruction-tuned models.", 0),
        (
            "Thing is a collection of pretrained and instruction-tuned chat models. This is the repository for the 7B base model.",
            -1,
        ),
        ("The chat versions were trained with reinforcement learning from human feedback.", 0),
        ("It was **trained from scratch** on [10 GB](https://x.y) of text.", -1),
        ("<p>Thing is a <b>chat model</b></p>", 1),
        ("<!-- This is a pretrained base model. -->", 0),
        ("```\nThis is a pretrained base model.\n```", 0),
        ("We thank everybody.", 0),
        ("Thing has not been fine-tuned through reinforcement learning from human feedback.", 0),
        ("The model was not trained to follow instructions.", -1),
        ("We do not advise you to use base language models for text generation.", -1),
    ],
)
def test_the_card_is_read_for_what_it_says_of_the_model(text: str, sign: int) -> None:
    weights = said("acme/x", "card-statement", {"README.md": f"---\nlicense: mit\n---\n{text}\n"})
    assert [weight > 0 for weight in weights] == ([sign > 0] if sign else [])


def test_the_lack_of_a_template_says_less_of_old_checkpoints_and_nothing_where_it_is_elsewhere() -> None:
    tokenizer = {"tokenizer_config.json": "{}"}

    def of(version: str, **more: str) -> list[str]:
        return seen("acme/x", "template-presence", {**tokenizer, "config.json": f'{{"transformers_version": "{version}"}}', **more})

    assert of("4.52.1") == ["absent"]
    assert of("4.28.0.dev0") == ["absent-old"]
    assert of("5.0") == ["absent"]
    assert of("4.52.1", **{"tekken.json": "{}"}) == []
    assert of("4.52.1", **{"chat_template.jinja": TEMPLATE}) == ["there"]
    assert of("4.52.1", **{"tokenizer_config.json": '{"auto_map": {}}'}) == []


@pytest.mark.parametrize(("family", "kind"), [("qwen2", "usual"), ("qwen3moe", "usual"), ("llama", "there")])
def test_a_template_of_a_family_whose_base_models_ship_one_says_little_in_any_format(family: str, kind: str) -> None:
    lines = f'general.architecture = "{family}"\ntokenizer.chat_template = {json.dumps(TEMPLATE)}'
    assert seen("acme/x", "template-presence", {"config.json": "{}", "x.gguf": gguf(lines)}) == [kind]
    folder = {"config.json": json.dumps({"model_type": family}), "chat_template.jinja": TEMPLATE}
    assert seen("acme/x", "template-presence", folder) == [kind]


@pytest.mark.parametrize(
    ("stops", "template", "kind"),
    [
        ("[2, 0]", TEMPLATE, "turn-end"),
        ("0", TEMPLATE, "no-turn-end"),
        ("1", TEMPLATE.replace("<|im_end|>", "</s>"), "shared"),
        ("0", TEMPLATE.replace("<|im_end|>", "</s>"), "no-document-end"),
    ],
)
def test_stopping_at_the_end_of_a_turn(stops: str, template: str, kind: str) -> None:
    files = {
        "tokenizer_config.json": TOKENIZER,
        "chat_template.jinja": template,
        "generation_config.json": f'{{"eos_token_id": {stops}}}',
    }
    assert seen("acme/x", "turn-end-is-eos", files) == [kind]


def test_a_fine_tune_that_kept_its_bases_stops_is_weak_evidence() -> None:
    files = {
        "tokenizer_config.json": TOKENIZER[:-1] + ', "eos_token": "<|im_end|>"}',
        "chat_template.jinja": TEMPLATE,
        "generation_config.json": '{"eos_token_id": 0}',
    }
    assert seen("acme/x", "turn-end-is-eos", files) == ["left"]


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("acme/thing-embedding-0.6b", {}),
        ("acme/x", {"config.json": '{"architectures": ["LlamaForSequenceClassification"]}'}),
        ("acme/x", {"config.json": '{"model_type": "bert", "architectures": ["BertModel"]}'}),
        ("acme/x", {"1_Pooling/config.json": "{}"}),
        ("acme/x", {"README.md": "---\npipeline_tag: text-to-image\n---\n"}),
        ("acme/Thing-Reranker-8B-Instruct", {}),
        ("acme/t5-small", {}),
        ("acme/x", {"config.json": '{"model_type": "t5"}', "README.md": "---\npipeline_tag: translation\n---\n"}),
        ("acme/Thing-7B-Instruct", {"adapter_config.json": '{"base_model_name_or_path": "acme/Thing-7B-Instruct"}'}),
        ("acme/Thing-Embedding-8B", {"chat_template.jinja": TEMPLATE, "tokenizer_config.json": TOKENIZER}),
    ],
)
def test_what_writes_no_text_is_neither_base_nor_instruct(name: str, files: Mapping[str, str | bytes]) -> None:
    assert verdict(name, files).label == "not-applicable"


def test_a_text_model_is_none_of_these() -> None:
    assert verdict("acme/thing-7b-instruct", {"config.json": '{"architectures": ["LlamaForCausalLM"]}'}).label == "instruct"


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("acme/Chinese-Llama-2-7B", ["base-medium"]),
        ("acme/german-mistral-7b-v0.1", ["base-medium"]),
        ("acme/Chinese-Thing-7B", []),
        ("acme/Chinese-Llama-2-7B-Instruct", []),
        ("Qwen/Qwen3-8B-AWQ-Lite", ["instruct-high"]),
        ("Qwen/Qwen3-8B-AWQ-FP16Mix", ["instruct-high"]),
        ("acme/OLMo-1B_350bt_preview", ["base-medium"]),
    ],
)
def test_a_family_is_known_behind_a_language_and_before_a_format(name: str, kinds: list[str]) -> None:
    assert seen(name, "family-convention") == kinds


def test_an_adapter_known_by_its_name_alone_is_not_applicable(modelcheck: Command, tmp_path: Path) -> None:
    done = modelcheck("scan", "acme/thing-7b-lora", "--offline", "--format", "json", cwd=tmp_path)
    named = done.json["checkpoints"][0]["verdict"]
    assert (named["label"], named["sub_labels"]) == ("not-applicable", ["adapter"])
    assert verdict("acme/thing-7b-lora").label != "not-applicable"  # merged: it has a config


@pytest.mark.parametrize(
    ("task", "architecture", "applies"),
    [
        ("question-answering", "LlamaForCausalLM", True),
        ("question-answering", "BertForQuestionAnswering", False),
        ("feature-extraction", "LlamaForCausalLM", False),
    ],
)
def test_a_task_that_chat_models_do_is_no_reason_against_a_causal_model(task: str, architecture: str, *, applies: bool) -> None:
    files = {
        "README.md": f"---\nlicense: mit\npipeline_tag: {task}\n---\n",
        "config.json": f'{{"model_type": "llama", "architectures": ["{architecture}"]}}',
    }
    assert (verdict("acme/thing-7b-chat", files).label == "instruct") is applies


@pytest.mark.parametrize(
    ("name", "model_type", "kind"),
    [("models/x", "qwen3", "usual"), ("models/x", "deepseek_v2", "usual"), ("acme/moonlight-16b-a3b", "deepseek_v3", "usual"),
     ("models/x", "llama", "there")],
)  # fmt: skip
def test_a_template_says_little_where_the_familys_bases_ship_one(name: str, model_type: str, kind: str) -> None:
    files = {"chat_template.jinja": TEMPLATE, "config.json": f'{{"model_type": "{model_type}"}}'}
    assert seen(name, "template-presence", files) == [kind]


def test_the_turn_end_of_a_family_whose_bases_chat_says_less() -> None:
    files = {"chat_template.jinja": TEMPLATE, "tokenizer_config.json": TOKENIZER, "generation_config.json": '{"eos_token_id": 2}'}
    kinds = [
        seen("models/x", "turn-end-is-eos", {**files, "config.json": f'{{"model_type": "{kind}"}}'}) for kind in ("qwen2", "llama")
    ]
    assert kinds == [["turn-end-usual"], ["turn-end"]]
