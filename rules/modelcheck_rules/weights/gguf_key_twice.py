from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GgufMetadata, rule


@rule(severity="warning", since="0.1")
def gguf_key_twice(gguf: GgufMetadata) -> Iterator[Finding]:
    """A key appears twice in the GGUF header.

    llama.cpp refuses to load such a file; other readers use the first or the last value, so tools disagree about the file.

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

    Write the file again with the conversion tool.
    """
    if gguf.header and gguf.header.repeated:
        yield Finding(f"duplicate key {gguf.header.repeated[0]!r} in the GGUF header", at=gguf.at())
