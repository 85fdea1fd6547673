from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GgufMetadata, GgufTensors, lazy, rule

_BLOCK = lazy(r"blk\.(\d+)\.")
_SPLIT = lazy(r"-\d{5}-of-\d{5}\.gguf$")


@rule(severity="error", since="0.1")
def gguf_header_contradicts_tensors(gguf: GgufMetadata, tensors: GgufTensors) -> Iterator[Finding]:
    """The GGUF header describes another model than the tensors are.

    It gives more blocks than there are, or another width than the embedding has: llama.cpp refuses to load the file, for it
    makes room by the header. A part of a split file holds some of the tensors only, and is not judged.

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

    Convert the model again. Where blocks were taken out, write the new number into the header.
    """
    architecture = gguf.text("architecture")
    if architecture is None or _SPLIT.search(gguf.path):
        return
    blocks = {int(found[1]) for one in tensors.entries if (found := _BLOCK.match(one.name))}
    count = gguf.metadata.get(f"{architecture}.block_count")
    if blocks and isinstance(count, int) and count > max(blocks) + 1:
        yield Finding(f"block_count is {count}, but there are tensors of {max(blocks) + 1} blocks", at=tensors.at())
    width = gguf.metadata.get(f"{architecture}.embedding_length")
    embedding = next((one.shape for one in tensors.entries if one.name == "token_embd.weight" and len(one.shape) == 2), None)
    if embedding and isinstance(width, int) and width != embedding[1]:
        yield Finding(f"embedding_length is {width}, but the embedding is {embedding[1]} wide", at=tensors.at())
