"""The inference engines: how each is started, and which flag or variable says what. One table for every format.

Sources: the engines' own argument parsers (vLLM ``cli_args.py`` and ``arg_utils.py``, TGI ``launcher/src/main.rs``, SGLang
``server_args.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["model", "revision", "tokenizer", "template", "adapter", "draft", "task", "chat", "chat-if-true", "speculative"]


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine.

    ``image`` fits the images whose entry point is the server itself; ``launches`` are the word sequences that start it;
    ``flags`` and ``environment`` give a flag's or variable's role; ``switches`` fits flags that take no value.
    ``purpose`` is what it serves whatever is said; ``default_model`` what it serves when nothing is.
    """

    name: str
    image: re.Pattern[str]
    launches: tuple[tuple[str, ...], ...]
    flags: Mapping[str, Role]
    switches: re.Pattern[str]
    environment: Mapping[str, Role] = field(default_factory=dict)
    positional: bool = False
    purpose: Literal["embedding", "completion"] | None = None
    default_model: str | None = None


_NO_SERVER = r"(?![^:@]*(router|proxy|client|gateway|exporter|bench|webui|-ui))"
_SWITCHES = (
    r"(enable|disable|no|allow|skip|use|return|collect|log|show)-.*|trust-remote-code|enforce-eager|async-scheduling|headless|help|"
    r"calculate-kv-scales|fully-sharded-loras|is-embedding|skip-tokenizer-init|data-parallel-hybrid-lb|api-key-required"
)
VLLM = Engine(
    "vllm",
    re.compile(rf"^{_NO_SERVER}([^:@]*/)?[\w.-]*vllm[\w.-]*([:@].*)?$"),
    (("vllm", "serve"), ("-m", "vllm.entrypoints.openai.api_server"), ("-m", "vllm.entrypoints.openai.run_batch")),
    {
        "model": "model", "revision": "revision", "tokenizer": "tokenizer", "lora-modules": "adapter", "task": "task",
        "runner": "task", "convert": "task", "speculative-model": "draft", "speculative-config": "speculative",
        "chat-template": "template", "chat-template-content-format": "chat", "default-chat-template-kwargs": "chat",
        "enable-auto-tool-choice": "chat", "tool-call-parser": "chat", "tool-parser-plugin": "chat", "reasoning-parser": "chat",
        "enable-reasoning": "chat", "response-role": "chat", "trust-request-chat-template": "chat",
    },
    re.compile(_SWITCHES),
    positional=True,
)  # fmt: skip
VLLM_LEGACY = Engine(
    "vllm",
    re.compile(r"(?!)"),
    (("-m", "vllm.entrypoints.api_server"),),
    VLLM.flags,
    VLLM.switches,
    purpose="completion",
)
TGI = Engine(
    "tgi",
    re.compile(r"^[^@]*(text-generation-inference|huggingface-pytorch-tgi-inference)([\w.-]*)([:@].*)?$"),
    (("text-generation-launcher",),),
    {"model-id": "model", "revision": "revision", "tokenizer-config-path": "template", "lora-adapters": "adapter"},
    re.compile(r"disable-.*|trust-remote-code|json-output|enable-.*|env|usage-stats"),
    {
        "MODEL_ID": "model", "HF_MODEL_ID": "model", "REVISION": "revision", "TOKENIZER_CONFIG_PATH": "template",
        "LORA_ADAPTERS": "adapter", "MESSAGES_API_ENABLED": "chat-if-true",
    },
    default_model="bigscience/bloom-560m",
)  # fmt: skip
TEI = Engine(
    "tei",
    re.compile(r"^[^@]*(text-embeddings-inference|huggingface-text-embeddings)([\w.-]*)([:@].*)?$"),
    (("text-embeddings-router",),),
    {"model-id": "model", "revision": "revision"},
    re.compile(r"auto-truncate|json-output|disable-.*"),
    {"MODEL_ID": "model", "REVISION": "revision"},
    purpose="embedding",
)
SGLANG = Engine(
    "sglang",
    re.compile(rf"^{_NO_SERVER}([^:@]*/)?[\w.-]*sglang[\w.-]*([:@].*)?$"),
    (("-m", "sglang.launch_server"), ("sglang", "serve"), ("sglang_launch_server",)),
    {
        "model-path": "model", "model": "model", "revision": "revision", "tokenizer-path": "tokenizer", "lora-paths": "adapter",
        "speculative-draft-model-path": "draft", "speculative-draft": "draft", "chat-template": "template",
        "tool-call-parser": "chat", "reasoning-parser": "chat", "is-embedding": "task",
    },
    re.compile(_SWITCHES),
)  # fmt: skip

MENTIONS = ("vllm", "text-generation", "text-embeddings", "sglang", "tgi-inference")
"""What a file that starts one of these engines holds somewhere, in lower case."""
CHAT_ROUTE = "/v1/chat/completions"
ENGINES = (VLLM, VLLM_LEGACY, TGI, TEI, SGLANG)

TASKS: Mapping[str, Literal["embedding", "rerank", "reward", "unknown"]] = {
    "embed": "embedding", "embedding": "embedding", "pooling": "embedding", "score": "rerank", "classify": "rerank",
    "reward": "reward", "transcription": "unknown", "": "embedding",
}  # fmt: skip
"""What a task or runner that is no text generation serves; "" is a flag that names none, as SGLang's ``--is-embedding``."""


def engine_of_image(image: str) -> Engine | None:
    """The engine whose server an image starts."""
    return next((engine for engine in ENGINES if engine.image.match(image.lower())), None)


def engine_of_words(words: list[str]) -> tuple[Engine, int] | None:
    """The engine that a command starts, and where its arguments begin."""
    plain = [words[0].rpartition("/")[2], *words[1:]] if words else []
    for start in range(len(plain)):
        for engine in ENGINES:
            for launch in engine.launches:
                if tuple(plain[start : start + len(launch)]) == launch:
                    return engine, start + len(launch)
    return None
