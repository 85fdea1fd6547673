"""The inference engines: how each is started, and which flag or variable says what. One table for every format.

Sources: the engines' own argument parsers (vLLM ``cli_args.py`` and ``arg_utils.py``, TGI ``launcher/src/main.rs``, SGLang
``server_args.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal

from modelcheck.patterns import lazy
from modelcheck.records import record

Role = Literal[
    "model", "revision", "tokenizer", "template", "adapter", "draft", "task", "chat", "chat-if-true", "speculative", "reward",
    "reference", "method", "model-args", "served", "remote-code", "tool-parser", "reasoning-parser",
    "formatter", "low-rank", "trained", "ignored", "repository-kind", "models", "port", "trains", "predicts",
]  # fmt: skip


@record()
class Engine:
    """One engine.

    ``image`` matches the images whose entry point is the server itself; ``launches`` are the beginnings of commands that start it;
    ``flags`` and ``environment`` map a flag or variable to its role; ``switches`` matches flags that take no value.
    ``image_is_model``: each image contains the model that it is named after. ``verbs`` are the first arguments that an image's
    own entry point accepts. ``overrides`` are arguments of the form ``key=value`` without dashes. ``purpose`` is what it always
    serves, ``otherwise`` what it serves without a chat cue; ``default_model`` what it serves when no model is named.
    ``positional_role`` is what the first bare argument gives; ``prefixes`` are what its models' names begin with, and with
    ``others_hosted`` a name without one is that of a company's model.
    """

    name: str
    image: re.Pattern[str]
    launches: tuple[tuple[str, ...], ...]
    flags: Mapping[str, Role]
    switches: re.Pattern[str]
    environment: Mapping[str, Role] = field(default_factory=dict)
    positional: bool = False
    purpose: Literal["embedding", "completion", "finetune", "chat"] | None = None
    default_model: str | None = None
    overrides: Mapping[str, Role] = field(default_factory=dict)
    verbs: tuple[str, ...] = ()
    otherwise: Literal["completion", "unknown"] = "unknown"
    positional_role: Role = "model"
    prefixes: tuple[str, ...] = ()
    others_hosted: bool = False
    image_is_model: bool = False


_NO_SERVER = r"(?![^:@]*(router|proxy|client|gateway|exporter|bench|webui|-ui))"
_SWITCHES = (
    r"(enable|disable|no|allow|skip|use|return|collect|log|show)-.*|trust-remote-code|enforce-eager|async-scheduling|headless|help|"
    r"calculate-kv-scales|fully-sharded-loras|is-embedding|skip-tokenizer-init|data-parallel-hybrid-lb|api-key-required"
)
_PARSERS: Mapping[str, Role] = {"tool-call-parser": "tool-parser", "reasoning-parser": "reasoning-parser"}
VLLM = Engine(
    "vllm",
    lazy(rf"^{_NO_SERVER}([^:@]*/)?[\w.-]*vllm[\w.-]*([:@].*)?$", words=("vllm",)),
    (("vllm", "serve"), ("-m", "vllm.entrypoints.openai.api_server"), ("-m", "vllm.entrypoints.openai.run_batch")),
    {
        "model": "model", "revision": "revision", "tokenizer": "tokenizer", "lora-modules": "adapter", "task": "task",
        "port": "port",
        "served-model-name": "served", "trust-remote-code": "remote-code",
        "runner": "task", "convert": "task", "tokenizer-mode": "formatter",
        "speculative-model": "draft", "speculative-config": "speculative",
        "chat-template": "template", "chat-template-content-format": "chat", "default-chat-template-kwargs": "chat",
        "enable-auto-tool-choice": "chat", "tool-parser-plugin": "chat", **_PARSERS,
        "enable-reasoning": "chat", "response-role": "chat", "trust-request-chat-template": "chat",
    },
    lazy(_SWITCHES),
    positional=True,
)  # fmt: skip
VLLM_LEGACY = Engine(
    "vllm",
    lazy(r"(?!)"),
    (("-m", "vllm.entrypoints.api_server"),),
    VLLM.flags,
    VLLM.switches,
    purpose="completion",
)
TGI = Engine(
    "tgi",
    lazy(
        r"^[^@]*(text-generation-inference|huggingface-pytorch-tgi-inference)([\w.-]*)([:@].*)?$",
        words=("tgi-inference", "text-generation-inference"),
    ),
    (("text-generation-launcher",),),
    {
        "model-id": "model", "revision": "revision", "tokenizer-config-path": "template", "lora-adapters": "adapter",
        "trust-remote-code": "remote-code", "port": "port",
    },
    lazy(r"disable-.*|trust-remote-code|json-output|enable-.*|env|usage-stats"),
    {
        "MODEL_ID": "model", "HF_MODEL_ID": "model", "REVISION": "revision", "TOKENIZER_CONFIG_PATH": "template",
        "LORA_ADAPTERS": "adapter", "MESSAGES_API_ENABLED": "chat-if-true",
    },
    default_model="bigscience/bloom-560m",
)  # fmt: skip
TEI = Engine(
    "tei",
    lazy(r"^[^@]*(text-embeddings-inference|huggingface-text-embeddings)([\w.-]*)([:@].*)?$", words=("text-embeddings",)),
    (("text-embeddings-router",),),
    {"model-id": "model", "revision": "revision"},
    lazy(r"auto-truncate|json-output|disable-.*"),
    {"MODEL_ID": "model", "REVISION": "revision"},
    purpose="embedding",
)
INFINITY = Engine(
    "infinity",
    lazy(r"^[^@]*michaelf34/infinity[\w.-]*([:@].*)?$", words=("infinity",)),
    (("infinity_emb", "v2"),),
    {"model-id": "model", "revision": "revision"},
    lazy(r"no-.*|trust-remote-code|lengths-via-tokenize|model-warmup"),
    {"INFINITY_MODEL_ID": "model"},
    purpose="embedding",
    verbs=("v2",),
)
LMDEPLOY = Engine(
    "lmdeploy",
    lazy(rf"^{_NO_SERVER}([^:@]*/)?[\w.-]*lmdeploy[\w.-]*([:@].*)?$", words=("lmdeploy",)),
    (("lmdeploy", "serve", "api_server"), ("lmdeploy", "chat")),
    {
        "revision": "revision", "chat-template": "template", "adapters": "adapter", **_PARSERS,
    },
    lazy(_SWITCHES + r"|disable-.*"),
    positional=True,
)  # fmt: skip
TRTLLM = Engine(
    "tensorrt-llm",
    lazy(r"(?!)"),
    (("trtllm-serve", "serve"), ("trtllm-serve",)),
    {
        "tokenizer": "tokenizer", "tool-parser": "tool-parser", **_PARSERS, "revision": "revision",
        "chat-template": "template",
    },
    lazy(_SWITCHES),
    positional=True,
)  # fmt: skip
LLAMA_CPP = Engine(
    "llama.cpp",
    lazy(r"^[^@]*(llama\.cpp|llama-cpp)[\w.-]*:(server|full|light)[\w.-]*(@.*)?$", words=("llama.cpp", "llama-cpp")),
    (("llama-server",), ("llama-cli",), ("llama-bench",), ("llama-run",), ("-m", "llama_cpp.server")),
    {
        "hf": "model", "hfr": "model", "hf-repo": "model", "m": "model", "model": "model", "hf-model-repo-id": "model",
        "hfd": "draft", "hf-repo-draft": "draft", "md": "draft", "model-draft": "draft", "lora": "adapter", "jinja": "chat",
        "chat-template": "template", "chat-template-file": "template", "reasoning-format": "chat", "chat-format": "template",
        "embedding": "task", "embeddings": "task", "reranking": "task", "rerank": "task",
    },
    lazy(r"jinja|embeddings?|rerank(ing)?|verbose|v|mlock|no-.*|flash-attn|fa|cont-batching|cb|metrics|slots|props|offline|sm"),
    {"LLAMA_ARG_HF_REPO": "model", "LLAMA_ARG_MODEL": "model", "LLAMA_ARG_JINJA": "chat-if-true"},
)  # fmt: skip
DYNAMO = Engine(
    "dynamo",
    lazy(r"(?!)"),
    tuple(("-m", f"dynamo.{worker}") for worker in ("vllm", "sglang", "trtllm")),
    {**VLLM.flags, "model-path": "model", "dyn-tool-call-parser": "tool-parser", "dyn-reasoning-parser": "reasoning-parser"},
    lazy(_SWITCHES + r"|is-prefill-worker|is-decode-worker"),
)
KSERVE_HUGGINGFACE = Engine(
    "kserve-huggingface",
    lazy(r"^[^@]*kserve/huggingfaceserver[\w.-]*([:@].*)?$", words=("huggingfaceserver",)),
    (("-m", "huggingfaceserver"), ("huggingfaceserver",)),
    {**VLLM.flags, "model-id": "model", "model-revision": "revision", "tokenizer-revision": "ignored"},
    lazy(_SWITCHES + r"|return-.*|disable_.*"),
    {"MODEL_ID": "model"},
)
SGLANG = Engine(
    "sglang",
    lazy(rf"^{_NO_SERVER}([^:@]*/)?[\w.-]*sglang[\w.-]*([:@].*)?$", words=("sglang",)),
    (("-m", "sglang.launch_server"), ("sglang", "serve"), ("sglang_launch_server",)),
    {
        "model-path": "model", "model": "model", "revision": "revision", "tokenizer-path": "tokenizer", "lora-paths": "adapter",
        "served-model-name": "served", "trust-remote-code": "remote-code",
        "speculative-draft-model-path": "draft", "speculative-draft": "draft", "chat-template": "template",
        **_PARSERS, "is-embedding": "task",
    },
    lazy(_SWITCHES),
)  # fmt: skip

STORAGE_INITIALIZER = Engine(
    "storage-initializer",
    lazy(r"^[^@]*kserve/storage-initializer[\w.-]*([:@].*)?$", words=("storage-initializer",)),
    (),
    {},
    lazy(_SWITCHES),
    positional=True,
)
NIM = Engine(
    "nim",
    lazy(r"^nvcr\.io/nim/[\w.-]+/[\w.-]+([:@].*)?$", words=("nvcr.io/nim/",)),
    (),
    {},
    lazy(_SWITCHES),
    {"NIM_MODEL_NAME": "model"},
    purpose="chat",
    verbs=("/opt/nim/start_server.sh", "/opt/nim/start-server.sh", "start-server"),
    image_is_model=True,
)
_MODEL_FLAGS: Mapping[str, Role] = {"model": "model", "revision": "revision", "chat-template": "template"}
MLX = Engine(
    "mlx", lazy(r"(?!)"),
    (("mlx_lm.server",), ("mlx_lm.generate",), ("mlx_lm.chat",), ("-m", "mlx_lm.server"), ("-m", "mlx_lm"), ("mlx_lm", "server")),
    {**_MODEL_FLAGS, "adapter-path": "adapter", "draft-model": "draft"}, lazy(_SWITCHES),
)  # fmt: skip
TRANSFORMERS_CHAT = Engine(
    "transformers", lazy(r"(?!)"), (("transformers", "chat"), ("transformers-cli", "chat")),
    {"model-name-or-path": "model", "model-name-or-path-or-address": "model"}, lazy(_SWITCHES), positional=True, purpose="chat",
)  # fmt: skip
OPENLLM = Engine(
    "openllm", lazy(r"(?!)"), (("openllm", "serve"), ("openllm", "start")), {"model-id": "model"}, lazy(_SWITCHES), positional=True
)
XINFERENCE = Engine(
    "xinference", lazy(r"(?!)"), (("xinference", "launch"),),
    {"model-name": "model", "n": "model", "model-type": "task", "t": "task"}, lazy(_SWITCHES),
)  # fmt: skip
OLLAMA = Engine("ollama", lazy(r"(?!)"), (("ollama", "run"), ("ollama", "pull")), {}, lazy(r".*"), positional=True)
# oobabooga's; --model is the name of a folder, which is usually the checkpoint's.
TEXT_GENERATION_WEBUI = Engine(
    "text-generation-webui", lazy(r"(?!)"), (("server.py",), ("one_click.py",)),
    {"model": "model", "lora": "adapter", "model-draft": "draft"},
    lazy(_SWITCHES + r"|listen|api|auto-devices|chat|notebook|public-api|cpu|load-in-.*"),
    purpose="chat",
)  # fmt: skip

MENTIONS = (
    "vllm", "text-generation", "text-embeddings", "sglang", "tgi-inference", "lmdeploy", "trtllm", "llama-server", "llama.cpp",
    "llama-cli", "llama-bench", "llama-run",
    "llama_cpp", "dynamo", "huggingfaceserver", "infinity", "nvcr.io/nim",
    "storage-initializer", "mlx_lm", "transformers chat", "openllm",
    "xinference launch", "ollama run", "ollama pull", "server.py",
)  # fmt: skip
"""A file that starts one of these engines contains at least one of these, in lower case."""
CHAT_ROUTE = "/v1/chat/completions"
ENGINES = (
    VLLM, VLLM_LEGACY, TGI, TEI, SGLANG, LMDEPLOY, TRTLLM, LLAMA_CPP, DYNAMO, KSERVE_HUGGINGFACE, INFINITY,
    STORAGE_INITIALIZER, NIM, MLX,     TRANSFORMERS_CHAT, OPENLLM, XINFERENCE, OLLAMA, TEXT_GENERATION_WEBUI,
)  # fmt: skip

TASKS: Mapping[str, Literal["embedding", "rerank", "reward", "unknown"]] = {
    "embed": "embedding", "embedding": "embedding", "pooling": "embedding", "score": "rerank", "classify": "rerank",
    "reward": "reward", "transcription": "unknown", "": "embedding", "text_embedding": "embedding",
    "sequence_classification": "unknown", "token_classification": "unknown", "fill_mask": "unknown",
}  # fmt: skip
"""The purpose of tasks and runners other than text generation; "" is a flag without a value, as SGLang's ``--is-embedding``."""


def engine_of_image(image: str) -> Engine | None:
    """The engine whose server an image starts."""
    return next((engine for engine in ENGINES if engine.image.match(image.lower())), None)


def engine_of_argv(argv: list[str], engines: Sequence[Engine] = ENGINES) -> tuple[Engine, int] | None:
    """The engine that a command starts, and where its arguments begin. A program may be called by its path."""
    last = [argument.rpartition("/")[2] for argument in argv]
    beginnings = {launch[0] for engine in engines for launch in engine.launches}
    for start in range(len(argv)):
        if last[start] not in beginnings and argv[start] not in beginnings:
            continue
        for engine in engines:
            for launch in engine.launches:
                here = (last[start], *argv[start + 1 : start + len(launch)])
                if here == launch or tuple(argv[start : start + len(launch)]) == launch:
                    return engine, start + len(launch)
    return None
