"""Signals on cards, templates, generation configs and architectures, one paper at a time."""

from __future__ import annotations

import json

import pytest

from rules.identity.test_signals import TOKENIZER, seen, verdict


def card(body: str = "", **front: object) -> dict[str, str]:
    matter = "".join(f"{key}: {json.dumps(value)}\n" for key, value in front.items())
    return {"README.md": f"---\nlicense: mit\n{matter}---\n{body}\n"}


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("```python\ntokenizer.apply_chat_template(x)\n```", ["chat-call"]),
        ('```python\nmessages = [{"role": "user", "content": "Hi"}]\n```', ["chat-call"]),
        ("It has no apply_chat_template yet.", []),
        ("## Prompt template\n\nUSER: {prompt} ASSISTANT:", ["prompt-format"]),
        ("```\n### Instruction:\n{prompt}\n### Response:\n```", ["prompt-format"]),
        ("Use `<|im_start|>user` and `<|im_end|>`.", ["prompt-format"]),
        ("```python\nmodel.generate(**tokenizer('def f'))\n```", ["completion-call"]),
        ("```python\nmodel.generate(x)\n```\n\n[INST] Hi [/INST]", ["prompt-format"]),
        ("<!-- ### Instruction: -->", []),
        ("We prompt the user: please cite us.", []),
    ],
)
def test_how_the_card_shows_the_model_in_use(body: str, kinds: list[str]) -> None:
    assert seen("acme/x", "card-usage", card(body)) == kinds


@pytest.mark.parametrize(
    ("front", "kinds"),
    [
        ({"tags": ["conversational"]}, ["instruct"]),
        ({"tags": ["trl", "dpo"]}, ["instruct", "trainer"]),
        ({"tags": ["function calling"]}, ["instruct"]),
        ({"tags": ["pretrained"]}, ["base"]),
        ({"tags": ["generated_from_trainer"]}, ["trainer"]),
        ({"datasets": ["acme/ultrachat_200k", "wikipedia"]}, ["answers"]),
        ({"datasets": ["tiiuae/falcon-refinedweb"]}, ["corpus"]),
        ({"datasets": ["acme/my-novels"]}, []),
        ({"tags": ["pytorch", "text-generation", "en"]}, []),
    ],
)
def test_what_the_front_matter_says(front: dict[str, object], kinds: list[str]) -> None:
    assert sorted(seen("acme/x", "card-tags", card(**front))) == sorted(kinds)


@pytest.mark.parametrize(
    ("title", "kinds"), [("Thing 7B Instruct", ["title-instruct"]), ("Thing base model", ["title-base"]), ("Thing 7B", [])]
)
def test_a_title_counts_where_the_name_is_silent(title: str, kinds: list[str]) -> None:
    assert seen("acme/x", "card-statement", card(f"# {title}\n\n## Base model\n")) == kinds
    assert seen("acme/x-chat", "card-statement", card(f"# {title}\n")) == []


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        ({"chat_format": "raw"}, ["raw"]),
        ({"chat_format": "chatml", "top_p": 0.5}, ["chatml"]),
        ({"user_token_id": 195, "assistant_token_id": 196}, ["roles"]),
        ({"temperature": 0.6}, ["sampling"]),
        ({"do_sample": False}, ["greedy"]),
        ({}, []),
    ],
)
def test_what_the_generation_config_sets(data: dict[str, object], kinds: list[str]) -> None:
    files = {"generation_config.json": json.dumps({"eos_token_id": 0, **data})}
    assert seen("acme/x", "sampling-defaults", files) == kinds


def template(system: str = "", begin: str = "<|im_start|>", role: str = "{{ m.role }}") -> str:
    return f"{system}{{% for m in messages %}}{begin}{role}\n{{{{ m.content }}}}<|im_end|>\n{{% endfor %}}"


@pytest.mark.parametrize(
    ("text", "model_type", "kinds"),
    [
        (template("<|im_start|>system\nYou are Thing, created by Acme.<|im_end|>\n"), "qwen2", ["persona"]),
        (template("<|im_start|>system\nYou are a helpful assistant named Thing.<|im_end|>\n"), "qwen2", ["persona"]),
        (template("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"), "qwen2", []),
        (template(), "qwen2", []),
        (template(), "mistral", ["foreign"]),
        (template(), "nobody_knows_it", []),
        (template(begin="%%"), "mistral", []),
    ],
)
def test_whose_format_the_template_writes(text: str, model_type: str, kinds: list[str]) -> None:
    files = {"chat_template.jinja": text, "tokenizer_config.json": TOKENIZER, "config.json": json.dumps({"model_type": model_type})}
    assert seen("acme/x", "known-template", files) == kinds


@pytest.mark.parametrize(
    ("config", "kinds"),
    [
        ({"model_type": "gpt2"}, ["early"]),
        ({"model_type": "llava", "architectures": ["LlavaForConditionalGeneration"]}, ["seeing"]),
        ({"model_type": "llama", "architectures": ["LlamaForCausalLM"]}, []),
    ],
)
def test_what_models_of_an_architecture_usually_are(config: dict[str, object], kinds: list[str]) -> None:
    assert seen("acme/x", "architecture-habit", {"config.json": json.dumps(config)}) == kinds


def test_the_tokenizers_end_is_a_turns_end() -> None:
    assert seen("acme/x", "tokenizer-eos", {"tokenizer_config.json": '{"eos_token": {"content": "<|eot_id|>"}}'}) == ["turn-end"]
    assert seen("acme/x", "tokenizer-eos", {"tokenizer_config.json": '{"eos_token": "</s>"}'}) == []


@pytest.mark.parametrize(
    ("name", "sub_labels"),
    [
        ("acme/Thing-7B-Thinking", ("reasoning",)),
        ("acme/Thing-7B-RL-Zero", ("rl-zero",)),
        ("google/flan-t5-large", ("instruct-without-chat-format",)),
        ("bigscience/bloomz-7b1", ("instruct-without-chat-format",)),
        ("codellama/CodeLlama-7b-hf", ("domain-continued",)),
        ("acme/Thing-7B-Instruct", ()),
    ],
)
def test_sub_labels_of_names(name: str, sub_labels: tuple[str, ...]) -> None:
    found = verdict(name)
    assert found.sub_labels == sub_labels
