from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GgufTensors, rule


@rule(severity="error", since="0.1")
def gguf_vocabulary_differs(tensors: GgufTensors) -> Iterator[Finding]:
    """The number of tokens in the GGUF file differs from the number of embedding rows.

    llama.cpp refuses to load the file, because the tensor does not have the shape that the vocabulary requires.

    ## Bad

    ```gguf thing.gguf
    tokenizer.ggml.tokens = ["a", "b", "c", "d"]
    token_embd.weight F32 5x8
    ```

    ## Good

    ```gguf thing.gguf
    tokenizer.ggml.tokens = ["a", "b", "c", "d"]
    token_embd.weight F32 4x8
    ```

    ## Fix

    Convert the model again from a checkpoint whose tokenizer and embedding agree, including padding tokens.
    """
    rows = next(
        (tensor.shape[0] for tensor in tensors.entries if tensor.name == "token_embd.weight" and len(tensor.shape) == 2), None
    )
    if rows is not None and tensors.tokens and rows != tensors.tokens:
        yield Finding(f"the vocabulary has {tensors.tokens:,} tokens, but the embedding has {rows:,} rows", at=tensors.at())
