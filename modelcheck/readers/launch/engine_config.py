"""A server's own configuration file: vLLM's ``--config``, whose keys are its flags, and the model file of Triton's vLLM backend."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.documents.located import Located
from modelcheck.documents.yamlfile import Node
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.build import scalar_at
from modelcheck.readers.launch.engines import VLLM
from modelcheck.readers.launch.launches import read_arguments
from modelcheck.readers.launch.uses import uses_of_launch

_ONLY = frozenset((
    "tensor-parallel-size", "pipeline-parallel-size", "gpu-memory-utilization", "max-model-len", "max-num-seqs", "enforce-eager",
    "served-model-name", "max-num-batched-tokens", "enable-prefix-caching", "kv-cache-dtype", "swap-space", "load-format",
    "enable-chunked-prefill", "tool-call-parser", "reasoning-parser", "enable-auto-tool-choice", "disable-log-requests",
    "disable-log-stats",
))  # fmt: skip
_FEWEST = 2
"""One key is not specific; two of them in a mapping with a model are vLLM's."""


def read_engine_config(document: Node, variables: dict[str, Located]) -> Iterator[ModelUse]:
    """The model of a mapping whose keys are vLLM's flags, with dashes or underscores; nothing for another mapping."""
    keys = {key.replace("_", "-"): key for key, _ in document.items()}
    if scalar_at(document, "model") is None or len(_ONLY & keys.keys()) < _FEWEST:
        return
    argv: list[Located] = []
    for flag, key in keys.items():
        value = scalar_at(document, key)
        if value is None or value.text.lower() == "false":
            continue
        argv.append(Located(f"--{flag}", value.at, value.node))
        if value.text.lower() != "true":
            argv.append(value)
    yield from uses_of_launch(read_arguments(VLLM, argv), variables, "config")
