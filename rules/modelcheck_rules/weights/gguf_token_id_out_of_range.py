from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GgufMetadata, GgufTensors, rule

_UNSET = 2**32 - 1
"""-1 in an unsigned field: the token is unset on purpose."""


@rule(severity="warning", since="0.1")
def gguf_token_id_out_of_range(gguf: GgufMetadata, tensors: GgufTensors) -> Iterator[Finding]:
    """The id of a special token is outside the GGUF file's vocabulary.

    llama.cpp mentions it in one log line among many and continues without the token. If it is the token that ends a text or a turn,
    answers do not end.

    ## Bad

    ```gguf thing.gguf
    tokenizer.ggml.tokens = ["a", "b"]
    tokenizer.ggml.eos_token_id = 7
    token_embd.weight F32 2x8
    ```

    ## Good

    ```gguf thing.gguf
    tokenizer.ggml.tokens = ["a", "b"]
    tokenizer.ggml.eos_token_id = 1
    token_embd.weight F32 2x8
    ```

    ## Fix

    Convert the model again from a checkpoint whose configs agree, or correct the key with `gguf-set-metadata`.
    """
    for name, token_id in gguf.token_ids.items() if tensors.tokens else ():
        if tensors.tokens is not None and not 0 <= token_id < tensors.tokens and token_id != _UNSET:
            yield Finding(f"{name}_token_id is {token_id}, but the vocabulary has {tensors.tokens:,} tokens", at=tensors.at())
