"""Lets transformers read a GGUF file once. It reads the whole file anew for the config, the tokenizer and the model.

Its reader spends seconds on each of the vocabulary's lists, and it makes the table of tensor names once for each module.
"""

from __future__ import annotations

from functools import cache


def read_once() -> None:
    """Keep what the ``gguf`` package has read, in this process: transformers calls it by these names. Raises ImportError."""
    import gguf

    for name in ("GGUFReader", "get_tensor_name_map"):
        setattr(gguf, name, cache(getattr(gguf, name)))
