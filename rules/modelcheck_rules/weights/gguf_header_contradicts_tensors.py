from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GgufMetadata, GgufTensors, lazy, rule

_BLOCK = lazy(r"blk\.(\d+)\.")
_SPLIT = lazy(r"-\d{5}-of-\d{5}\.gguf$")


@rule(severity="error", since="0.1")
def gguf_header_contradicts_tensors(gguf: GgufMetadata, tensors: GgufTensors) -> Iterator[Finding]:
    """The GGUF header contradicts the tensors.

    The header declares more blocks than the file contains, or another width than that of the embedding. llama.cpp allocates by the
    header and refuses to load the file. Parts of a split file contain only some of the tensors and are not checked.

    ## Bad

    ```gguf thing.gguf
    llama.block_count = 2
    blk.0.attn_q.weight F32 8x8
    ```

    ## Good

    ```gguf thing.gguf
    llama.block_count = 1
    blk.0.attn_q.weight F32 8x8
    ```

    ## Fix

    Convert the model again. If blocks were removed, set the new number in the header.
    """
    architecture = gguf.text("architecture")
    if architecture is None or _SPLIT.search(gguf.path):
        return
    blocks = {int(found[1]) for tensor in tensors.entries if (found := _BLOCK.match(tensor.name))}
    count = gguf.metadata.get(f"{architecture}.block_count")
    if blocks and isinstance(count, int) and count > max(blocks) + 1:
        yield Finding(f"block_count is {count}, but the file contains {max(blocks) + 1} blocks", at=tensors.at())
    width = gguf.metadata.get(f"{architecture}.embedding_length")
    embedding = next(
        (tensor.shape for tensor in tensors.entries if tensor.name == "token_embd.weight" and len(tensor.shape) == 2), None
    )
    if embedding and isinstance(width, int) and width != embedding[1]:
        yield Finding(f"embedding_length is {width}, but the embedding has width {embedding[1]}", at=tensors.at())
