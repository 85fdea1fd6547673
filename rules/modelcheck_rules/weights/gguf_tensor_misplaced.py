from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GgufTensors, rule


@rule(severity="error", since="0.1")
def gguf_tensor_misplaced(tensors: GgufTensors) -> Iterator[Finding]:
    """A tensor of the GGUF file lies where it cannot.

    It overlaps another one, or does not begin at the file's alignment. llama.cpp refuses the file; other readers load bytes
    of another tensor.

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

    Write the file again with the tool that converts the model.
    """
    end, before = 0, ""
    for one in sorted(tensors.entries, key=lambda entry: entry.start):
        if (one.start - tensors.begin) % tensors.alignment:
            yield Finding(f"{one.name} does not begin at a multiple of {tensors.alignment} bytes", at=tensors.at())
            return
        if one.start < end:
            yield Finding(f"{one.name} overlaps {before}", at=tensors.at())
            return
        end, before = one.start + (one.length or 0), one.name
