"""Which classes belong to which model type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from modelcheck.api import ModelConfig

EXTRA_EMBEDDING_ROWS = frozenset(("mllama", "molmo2", "moshi"))
"""Model types whose embedding has extra rows, for images or padding; found by tests/tools/lists/odd_models.py."""
REPEATED_LAYERS = frozenset(("dory",))
"""Model types that run some layers more than once and count every run in the number of layers."""


@cache
def _table() -> dict[str, Any]:
    return dict(json.loads(Path(__file__).with_name("architectures.json").read_text("utf-8")))


def architectures() -> Mapping[str, list[str]]:
    """Return the classes of each model type in transformers. A script regenerates the file from an installed transformers."""
    return MappingProxyType(_table()["architectures"])


def transformers_version() -> str:
    """Return the version of transformers that the tables were made from."""
    return str(_table()["transformers"])


@cache
def model_types() -> frozenset[str]:
    """Return every model type of transformers, those without a class in the tables of classes included."""
    return frozenset((*_table()["architectures"], *_table()["without_class"]))


def without_default_eos() -> list[str]:
    """Return the model types of text generators whose class in transformers gives no EOS id."""
    return list(_table()["without_default_eos"])


def tokenizer_classes() -> list[str]:
    """Return the tokenizer classes of transformers 4 and 5, without the ending ``Fast``."""
    return list(_table()["tokenizers"])


def is_plain(config: ModelConfig, but: frozenset[str]) -> bool:
    """Return whether the config determines the tensors: a decoder that transformers itself implements, and not one of ``but``."""
    data, model_type = config.data, config.model_type
    supported = model_type in architectures() and model_type not in but
    return not data.get("auto_map") and not data.get("is_encoder_decoder") and supported
