"""More programs that serve, train, evaluate or download a model: rows of the same table as the engines'.

Sources: the programs' own argument parsers and documentation.
"""

from __future__ import annotations

from modelcheck.patterns import lazy
from modelcheck.readers.launch.engines import VLLM, Engine, Role
from modelcheck.readers.launch.trainers import SWITCHES

_NONE = lazy(r"(?!)")
_ALL = lazy(r"(enable|disable|no|use|trust|verbose|quiet|json|print|stream)([-_].*)?")
_MODEL: dict[str, Role] = {"model": "model", "revision": "revision", "trust-remote-code": "remote-code"}


def _modules(*names: str) -> tuple[tuple[str, ...], ...]:
    return tuple(("-m", name) for name in names)


FASTCHAT = Engine(
    "fastchat", _NONE,
    _modules(*(f"fastchat.serve.{name}" for name in ("model_worker", "vllm_worker", "sglang_worker", "multi_model_worker", "cli"))),
    {"model-path": "model", "model-names": "served", "revision": "revision", "conv-template": "template"}, _ALL, purpose="chat",
)  # fmt: skip
LLAVA = Engine(
    "llava", _NONE, _modules("llava.serve.model_worker", "llava.serve.cli"),
    {"model-path": "model", "model-base": "model"}, _ALL, purpose="chat",
)  # fmt: skip
ROUTER = Engine(
    "vllm-router", _NONE, (*_modules("vllm_router.app"), ("vllm-router",)),
    {"static-models": "models", "static-aliases": "ignored"}, _ALL,
)  # fmt: skip
BENCH = Engine(
    "vllm-bench", _NONE, tuple(("vllm", "bench", what) for what in ("serve", "latency", "throughput", "startup", "sweep")),
    {**_MODEL, "tokenizer": "tokenizer"}, _ALL,
)  # fmt: skip
APHRODITE = Engine("aphrodite", _NONE, (("aphrodite", "run"),), VLLM.flags, VLLM.switches, positional=True)
TRANSFORMERS_SERVE = Engine(
    "transformers", _NONE, (("transformers", "serve"), ("transformers-cli", "serve")),
    {"force-model": "model", "model": "model"}, _ALL, positional=True,
)  # fmt: skip
RAMALAMA = Engine(
    "ramalama", _NONE, tuple(("ramalama", what) for what in ("serve", "run", "pull", "bench")), {}, _ALL, positional=True
)
MISTRAL_RS = Engine("mistral.rs", _NONE, (("mistralrs-server",), ("mistralrs", "serve")), {"m": "model", "model-id": "model"}, _ALL)
MODEL_RUNNER = Engine(
    "model-runner", _NONE, tuple(("docker", "model", what) for what in ("run", "pull")), {}, _ALL, positional=True
)
LM_STUDIO = Engine("lm-studio", _NONE, (("lms", "get"), ("lms", "load")), {}, _ALL, positional=True)
OPTIMUM = Engine(
    "optimum", _NONE, tuple(("optimum-cli", "export", to) for to in ("onnx", "openvino")), {"model": "model", "m": "model"}, _ALL
)
INSPECT = Engine(
    "inspect", _NONE, (("inspect", "eval"), ("inspect", "eval-set")), {"model": "model"}, _ALL,
    prefixes=("hf/", "vllm/", "sglang/", "transformer_lens/"), others_hosted=True,
)  # fmt: skip
LIGHTEVAL = Engine(
    "lighteval", _NONE, tuple(("lighteval", what) for what in ("accelerate", "vllm", "sglang", "nanotron", "custom", "eval")),
    {"use-chat-template": "chat"}, _ALL, positional=True, positional_role="model-args", otherwise="completion",
)  # fmt: skip
TUNE_RUN = Engine(
    "torchtune", _NONE, (("tune", "run"),), {}, SWITCHES,
    overrides={"checkpointer.checkpoint_dir": "model", "checkpoint_dir": "model"}, purpose="finetune",
)  # fmt: skip
TUNE_DOWNLOAD = Engine("hub", _NONE, (("tune", "download"),), {"revision": "revision"}, _ALL, positional=True)
SWIFT_TRAIN = Engine(
    "ms-swift", _NONE, tuple((*start, what) for start in (("swift",), ("megatron",)) for what in ("sft", "pt", "rlhf")),
    {**_MODEL, "model-id-or-path": "model", "train-type": "low-rank", "rlhf-type": "method", "reward-model": "reward",
     "ref-model": "reference", "adapters": "adapter"},
    SWITCHES, purpose="finetune",
)  # fmt: skip
SWIFT = Engine(
    "ms-swift", _NONE, tuple(("swift", what) for what in ("deploy", "infer", "app", "eval", "export")),
    {**_MODEL, "model-id-or-path": "model", "adapters": "adapter", "template": "template"}, _ALL,
)  # fmt: skip
AXOLOTL = Engine(
    "axolotl", _NONE, (("axolotl", "train"),), {"base-model": "model", "adapter": "low-rank"}, SWITCHES, purpose="finetune"
)
AUTOTRAIN = Engine(
    "autotrain", _NONE, (("autotrain", "llm"),), {"model": "model", "trainer": "method", "peft": "low-rank"}, SWITCHES,
    purpose="finetune",
)  # fmt: skip
MLX_LORA = Engine(
    "mlx", _NONE, (("mlx_lm.lora",), *_modules("mlx_lm.lora", "mlx_lm lora"), ("mlx_lm", "lora")), {"model": "model"}, SWITCHES,
    purpose="finetune",
)  # fmt: skip

AIDER = Engine(
    "aider", _NONE, (("aider",),), {"model": "model", "weak-model": "ignored", "editor-model": "ignored"}, _ALL, purpose="chat",
    prefixes=("openai/", "huggingface/", "hosted_vllm/", "lm_studio/", "ollama_chat/", "ollama/"), others_hosted=True,
)  # fmt: skip
PROGRAMS = (
    FASTCHAT, LLAVA, ROUTER, BENCH, APHRODITE, TRANSFORMERS_SERVE, RAMALAMA, MISTRAL_RS, MODEL_RUNNER, LM_STUDIO, OPTIMUM, INSPECT,
    LIGHTEVAL, TUNE_RUN, TUNE_DOWNLOAD, SWIFT_TRAIN, SWIFT, AXOLOTL, AUTOTRAIN, MLX_LORA, AIDER,
)  # fmt: skip
PROGRAM_MENTIONS = (
    "fastchat", "llava", "vllm_router", "aphrodite", "transformers serve", "transformers-cli serve", "ramalama", "mistralrs",
    "docker model", "lms get", "lms load", "optimum-cli", "inspect eval", "lighteval", "tune run", "tune download", "swift ",
    "axolotl train", "autotrain", "mlx_lm", "model_name=", "--model.name", "aider ",
)  # fmt: skip
"""A command of one of these programs contains at least one of these, in lower case."""
