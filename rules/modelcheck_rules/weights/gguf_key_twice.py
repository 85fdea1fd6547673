from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GgufMetadata, rule


@rule(severity="warning", since="0.1")
def gguf_key_twice(gguf: GgufMetadata) -> Iterator[Finding]:
    """A key is in the GGUF header twice.

    llama.cpp refuses such a file, other readers take the first or the last value: the same file is read in different ways.

    ## Bad

    ```gguf thing.gguf
    general.name = "Thing"
    general.name = "Other"
    token_embd.weight F32 4x8
    ```

    ## Good

    ```gguf thing.gguf
    token_embd.weight F32 4x8
    ```

    ## Fix

    Write the file again with the tool that converts the model.
    """
    if gguf.header and gguf.header.repeated:
        yield Finding(f"the key {gguf.header.repeated[0]!r} is there twice", at=gguf.at())
