"""Signals on names and papers that show one thing each. No name here is a row of a table: conventions are."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from modelcheck.config import Settings
from modelcheck.testing.checking import run
from modelcheck.verdict import Verdict


def verdict(name: str, files: Mapping[str, str] | None = None) -> Verdict:
    report = run({"config.json": '{"model_type": "llama"}', **(files or {})}, Settings(offline=True), name)
    found = report.checkpoints[0].verdict
    assert found is not None
    return found


def said(name: str, signal: str, files: Mapping[str, str] | None = None) -> list[float]:
    return [weighed.evidence.weight for weighed in verdict(name, files).evidence if weighed.signal == f"identity/{signal}"]


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("acme/Thing-7B-Instruct", 4.1),
        ("acme/thing-7b-chat-v2", 4.1),
        ("acme/thing_sft.dpo", 4.1),
        ("acme/thing-4b-it", 4.1),
        ("acme/thing-E4B-it", 4.1),
        ("acme/vicuna-thing-13b", 3.5),
        ("acme/Thing-7B-Base", -4.5),
        ("acme/thing-pretrained-1b", -4.5),
        ("google/gemma-9-4b-pt", -4.5),
        ("acme/thing-base-sft", 1.5),
        ("acme/Thing-7B", -0.9),
        ("acme/Thing-7B-PT", -0.9),
        ("acme/gpt2-it", -0.9),
        ("acme/instructive-thing", -0.9),
        ("acme/database-7b", -0.9),
    ],
)
def test_a_stage_marker_is_a_word_of_its_own(name: str, weight: float) -> None:
    assert said(name, "name-marker") == [weight]


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
        ("Training Stage: Pretraining & Post-training", 1),
        ("Thing is an instruction-tuned language model.", 1),
        ("It was fine-tuned on conversations with SFT and DPO for chat.", 1),
        ("A collection of pretrained and instruction-tuned models.", 0),
        ("<!-- This is a pretrained base model. -->", 0),
        ("```\nThis is a pretrained base model.\n```", 0),
        ("We thank everybody.", 0),
    ],
)
def test_the_card_is_read_for_what_it_says_of_the_model(text: str, sign: int) -> None:
    weights = said("acme/x", "card-statement", {"README.md": f"---\nlicense: mit\n---\n{text}\n"})
    assert [weight > 0 for weight in weights] == ([sign > 0] if sign else [])


def test_code_that_chats_and_trainer_tags_are_statements() -> None:
    card = "---\nlicense: mit\ntags: [trl, dpo]\n---\n```python\ntokenizer.apply_chat_template(x)\n```\n"
    assert sorted(said("acme/x", "card-statement", {"README.md": card})) == [2.0, 2.5]


TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"
TOKENIZER = '{"added_tokens_decoder": {"2": {"content": "<|im_end|>"}, "1": {"content": "</s>"}}}'


def test_the_lack_of_a_template_says_less_of_old_checkpoints_and_nothing_where_it_is_elsewhere() -> None:
    tokenizer = {"tokenizer_config.json": "{}"}

    def of(version: str, **more: str) -> list[float]:
        return said("acme/x", "template-presence", {**tokenizer, "config.json": f'{{"transformers_version": "{version}"}}', **more})

    assert of("4.52.1") == [-2.0]
    assert of("4.28.0.dev0") == [-0.3]
    assert of("5.0") == [-2.0]
    assert of("4.52.1", **{"tekken.json": "{}"}) == [0.0]
    assert of("4.52.1", **{"chat_template.jinja": TEMPLATE}) == [2.0]
    assert of("4.52.1", **{"tokenizer_config.json": '{"auto_map": {}}'}) == [0.0]


@pytest.mark.parametrize(
    ("stops", "template", "weight"),
    [
        ("[2, 0]", TEMPLATE, 3.0),
        ("0", TEMPLATE, -2.5),
        ("1", TEMPLATE.replace("<|im_end|>", "</s>"), 0.3),
        ("0", TEMPLATE.replace("<|im_end|>", "</s>"), -0.5),
    ],
)
def test_stopping_at_the_end_of_a_turn(stops: str, template: str, weight: float) -> None:
    files = {
        "tokenizer_config.json": TOKENIZER,
        "chat_template.jinja": template,
        "generation_config.json": f'{{"eos_token_id": {stops}}}',
    }
    assert said("acme/x", "turn-end-is-eos", files) == [weight]


def test_a_fine_tune_that_kept_its_bases_stops_is_weak_evidence() -> None:
    files = {
        "tokenizer_config.json": TOKENIZER[:-1] + ', "eos_token": "<|im_end|>"}',
        "chat_template.jinja": TEMPLATE,
        "generation_config.json": '{"eos_token_id": 0}',
    }
    assert said("acme/x", "turn-end-is-eos", files) == [-0.7]


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("acme/thing-embedding-0.6b", {}),
        ("acme/x", {"config.json": '{"architectures": ["LlamaForSequenceClassification"]}'}),
        ("acme/x", {"config.json": '{"model_type": "bert", "architectures": ["BertModel"]}'}),
        ("acme/x", {"1_Pooling/config.json": "{}"}),
        ("acme/x", {"README.md": "---\npipeline_tag: text-to-image\n---\n"}),
        ("acme/Thing-Reranker-8B-Instruct", {}),
    ],
)
def test_what_writes_no_text_is_neither_base_nor_instruct(name: str, files: Mapping[str, str]) -> None:
    assert verdict(name, files).label == "not-applicable"


def test_a_text_model_is_none_of_these() -> None:
    assert verdict("acme/thing-7b-instruct", {"config.json": '{"architectures": ["LlamaForCausalLM"]}'}).label == "instruct"
