from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GgufTensors, rule


@rule(severity="error", since="0.1")
def gguf_tensor_misplaced(tensors: GgufTensors) -> Iterator[Finding]:
    """A tensor of the GGUF file has an invalid offset.

    The tensor overlaps another one or is not aligned. llama.cpp refuses to load the file; other readers load bytes of another
    tensor.

    ## Bad

    ```gguf thing.gguf
    a F32 32
    b F32 32 @64
    ```

    ## Good

    ```gguf thing.gguf
    a F32 32
    b F32 32
    ```

    ## Fix

    Write the file again with the conversion tool.
    """
    end, before = 0, ""
    for tensor in sorted(tensors.entries, key=lambda entry: entry.start):
        if (tensor.start - tensors.begin) % tensors.alignment:
            yield Finding(f"tensor {tensor.name} does not start at a multiple of {tensors.alignment} bytes", at=tensors.at())
            return
        if tensor.start < end:
            yield Finding(f"tensor {tensor.name} overlaps {before}", at=tensors.at())
            return
        end, before = tensor.start + (tensor.length or 0), tensor.name
