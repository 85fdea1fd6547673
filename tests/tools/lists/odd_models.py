"""Prints the classes of transformers whose weights do not match their config, for the rules that compare the two.

    python tests/tools/lists/odd_models.py

Each class is made from its default config without memory for its weights (torch's meta device): some minutes. The printed names
belong into EXTRA_EMBEDDING_ROWS and REPEATED_LAYERS in rules/modelcheck_rules/config/_architectures.py.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import torch
import transformers
from modelcheck.documents.safetensors import Tensor
from modelcheck.facts.model_config import model_config
from modelcheck.facts.tensor_index import TensorIndex
from modelcheck.testing import MemorySource
from transformers import CONFIG_MAPPING
from transformers.models.auto import modeling_auto

from modelcheck_rules.config.embedding_missing import embedding_missing
from modelcheck_rules.config.head_contradicts_tying import head_contradicts_tying
from modelcheck_rules.config.more_layers_than_tensors import more_layers_than_tensors
from modelcheck_rules.config.vocab_size_differs_from_tensors import vocab_size_differs_from_tensors

SECONDS = 60
MAPPINGS = ("MODEL_FOR_CAUSAL_LM_MAPPING_NAMES", "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES", "MODEL_MAPPING_NAMES")


def too_long(*_: object) -> None:
    raise TimeoutError


def made() -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Class, config and tensors by name of every class that can be built."""
    for kind in sorted(CONFIG_MAPPING):
        names = {getattr(modeling_auto, mapping).get(kind) for mapping in MAPPINGS} - {None}
        for name in sorted(one if isinstance(one, str) else one[0] for one in names):
            signal.alarm(SECONDS)
            try:
                config = CONFIG_MAPPING[kind]()
                with torch.device("meta"):
                    yield name, config, getattr(transformers, name)._from_config(config).state_dict()
            except Exception as error:  # noqa: BLE001 - many default configs cannot be built, for many reasons
                print(f"{name}: not made, {type(error).__name__}", file=sys.stderr)
            finally:
                signal.alarm(0)


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, too_long)
    count = 0
    for name, config, tensors in made():
        count += 1
        files = {"config.json": json.dumps({**json.loads(config.to_json_string(use_diff=False)), "architectures": [name]})}
        own = model_config(MemorySource(files))
        held = {key: Tensor("model.safetensors", "F32", tuple(tensor.shape), 0, 0) for key, tensor in tensors.items()}
        index = TensorIndex({"model.safetensors": held}, held)
        told = (
            *vocab_size_differs_from_tensors(own, index),
            *more_layers_than_tensors(own, None, index),
            *head_contradicts_tying(own, None, index),
            *embedding_missing(own, None, index),
        )
        for found in told:
            print(f"{config.model_type}, {name}: {found.message}")
    print(f"{count} classes")


if __name__ == "__main__":
    main()
