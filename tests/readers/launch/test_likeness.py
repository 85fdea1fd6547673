"""Keys that are named after models, values that look like one, and models that only a provider serves."""

from __future__ import annotations

import pytest
from modelcheck.readers.launch.likeness import is_model_key, looks_like_model
from modelcheck.readers.launch.references import is_hosted

MODELS = (
    "acme/Thing-7B",
    "acme/thing-0.5b-instruct",
    "acme/Mix-8x7B",
    "acme/llama-thing",
    "Qwen/Qwen3-8B@main",
    "acme/x-AWQ",
    "acme/x-gguf",
    "meta-llama/Anything",
    "hf://acme/thing",
    "bartowski/x:Q4_K_M",
    "/models/Qwen2.5-7B",
    "./out/qwen-7b-chat",
    "/models/x.gguf",
    "models/llama-3-8b",
    "intfloat/e5-large",
    "acme/distil-base",
    "xai-org/grok-1-base",
    "acme/claude-3.7-distill-gemma3-12b",
)
OTHERS = (
    "proxy/gpt-4o",
    "cached_response/whisper-1",
    "gitlab/claude-sonnet-4",
    "openai/gpt-realtime",
    "admin/base_site.html",
    "static/chat-base.js",
    "configs/llama-7b.yaml",
    "data/llama-7b-chat.jsonl",
    "",
    "acme",
    "acme/thing",
    "vllm/vllm-openai",
    "lmcache/vllm-openai",
    "python:3.11",
    "actions/checkout@v4",
    "app/detail.html",
    "HuggingFaceH4/ultrachat_200k",
    "acme/instruct-data",
    "saves/lora_sft",
    "/srv/app",
    "./run.sh",
    "https://example.com/a/llama-7b",
    "acme/thing 7b",
    "${OWNER}/llama-7b",
    "{{ model }}",
    "x" * 300,
    "x.gguf",
    "src/main",
    "a/b/c",
    "anthropic/claude-3-7-sonnet",
    "openai/gpt-4o",
    "gpt-4",
    "bedrock/llama-7b",
    "2024/05",
)


@pytest.mark.parametrize("text", MODELS)
def test_what_looks_like_a_model(text: str) -> None:
    assert looks_like_model(text)


@pytest.mark.parametrize("text", OTHERS)
def test_what_does_not(text: str) -> None:
    assert not looks_like_model(text)


@pytest.mark.parametrize(
    "keys",
    [
        ("model",),
        ("MODEL_NAME",),
        ("llm", "modelId"),
        ("base-model",),
        ("teacher_model",),
        ("model", "name"),
        ("spec", "model", "uri"),
        ("teacher", "path"),
        ("hf_model_ckpt",),
        ("model_awq",),
        ("gguf_model",),
        ("student",),
        ("models",),
        ("actor.model", "path"),
        ("draftModelPath",),
        ("pretrained_ckpt",),
        ("repo_id",),
    ],
)
def test_a_key_that_is_named_after_a_model(keys: tuple[str, ...]) -> None:
    assert is_model_key(keys)


@pytest.mark.parametrize(
    "keys",
    [
        (),
        ("name",),
        ("dataset", "name"),
        ("datasets", "model"),
        ("output_model",),
        ("served_model_name",),
        ("model_type",),
        ("hub_model_id",),
        ("model_image",),
        ("model", "type"),
        ("image", "model"),
        ("tokenizer_name_or_path",),
        ("adapter_name_or_path",),
        ("model_provider",),
        ("train_dataset", "repo_id"),
        ("modeling",),
        ("remodel_x",),
        ("lora_model_dir",),
    ],
)
def test_a_key_that_is_not(keys: tuple[str, ...]) -> None:
    assert not is_model_key(keys)


@pytest.mark.parametrize(
    ("text", "hosted"),
    [
        ("anthropic/claude-sonnet-4", True),
        ("openai/gpt-5-mini", True),
        ("gpt-4o-mini", True),
        ("o3-mini", True),
        ("google/gemini-2.5-pro", True),
        ("openrouter/meta-llama/llama-3-8b", True),
        ("openai/gpt-oss-20b", False),
        ("openai/whisper-large-v3", False),
        ("google/gemma-3-4b-it", False),
        ("openai-community/gpt2", False),
        ("mistralai/Mistral-7B-v0.1", False),
        ("EleutherAI/gpt-j-6b", False),
        ("grok-2", True),
        ("xai-org/grok-1", False),
    ],
)
def test_a_model_that_only_a_provider_serves(text: str, hosted: bool) -> None:
    assert is_hosted(text) is hosted
