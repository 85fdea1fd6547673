"""Which classes belong to which model type."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from modelcheck.api import ModelConfig

ROWS_OF_THEIR_OWN = frozenset(("mllama", "molmo2", "moshi"))
"""Model types whose embedding has rows for images or padding after those of the vocabulary.

``tests/tools/lists/odd_models.py`` finds them.
"""
LAYERS_OF_THEIR_OWN = frozenset(("dory",))
"""Model types that run through some layers more than once, and count that."""


@cache
def architectures() -> dict[str, list[str]]:
    """Model type → its classes, as transformers has them. A script writes the file anew from an installed transformers."""
    text = files(__package__).joinpath("architectures.json").read_text("utf-8")
    return dict(json.loads(text)["architectures"])


def is_plain(config: ModelConfig, but: frozenset[str]) -> bool:
    """Whether the tensors can be told from the config: a decoder that transformers itself knows, and none of ``but``."""
    data, kind = config.data, config.model_type
    return not data.get("auto_map") and not data.get("is_encoder_decoder") and kind in architectures() and kind not in but
