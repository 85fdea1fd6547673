from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GgufTensors, rule


@rule(severity="error", since="0.1")
def gguf_cut_off(tensors: GgufTensors) -> Iterator[Finding]:
    """The GGUF file is truncated.

    A download or an upload was interrupted. llama.cpp refuses to load the file, or reads past its end.

    ## Bad

    ```gguf thing.gguf
    token_embd.weight F32 4x8
    cut 96
    ```

    ## Good

    ```gguf thing.gguf
    token_embd.weight F32 4x8
    ```

    ## Fix

    Download the file again and compare its checksum. If you publish it, upload it again.
    """
    ends = [(tensor.start + tensor.length, tensor.name) for tensor in tensors.entries if tensor.length is not None]
    end, name = max(ends, default=(0, ""))
    if end > tensors.size:
        yield Finding(f"the file is truncated: {name} ends at byte {end:,} of {tensors.size:,}", at=tensors.at())
