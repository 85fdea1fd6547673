from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, GgufTensors, lazy, rule

_LABEL = lazy(r"(?i)[-._](q[2-8]_(?:k(?:_[sml])?|0|1))(?=[-._])")
_BITS = {"F32": 32, "F16": 16, "BF16": 16, "Q8_0": 8, "Q6_K": 6, "Q5_K": 5, "Q5_0": 5, "Q5_1": 5, "Q4_K": 4, "Q4_0": 4, "Q4_1": 4,
         "Q3_K": 3, "Q2_K": 2}  # fmt: skip


@rule(severity="warning", since="0.1")
def gguf_quantization_mislabelled(tensors: GgufTensors) -> Iterator[Finding]:
    """The quantization in the GGUF file's name differs from that of its tensors.

    Users choose by the name: it shows how much memory the file needs and how much quality it loses. Mixed quantizations keep some
    tensors in other types, above all the embedding, so the rule compares the type of most bytes in the blocks.

    ## Bad

    ```gguf thing-Q4_K_M.gguf
    blk.0.ffn_down.weight Q8_0 4x32
    ```

    ## Good

    ```gguf thing-Q8_0.gguf
    blk.0.ffn_down.weight Q8_0 4x32
    ```

    ## Fix

    Rename the file, or quantize it as its name says.
    """
    found = _LABEL.search(tensors.path)
    sizes: dict[str, int] = {}
    for tensor in tensors.entries:
        if tensor.name.startswith("blk.") and len(tensor.shape) > 1 and tensor.length:
            sizes[tensor.kind] = sizes.get(tensor.kind, 0) + tensor.length
    if not found or not sizes:
        return
    label = found[1].upper()
    main = max(sizes, key=lambda kind: sizes[kind])
    bits = _BITS.get(main)
    if bits is not None and label[0] == "Q" and main.startswith(("Q", "F", "BF")) and abs(int(label[1]) - bits) > 1:
        message = f"the file name contains {found[1]}, but most of the weights are {main}"
        yield Finding(message, at=tensors.at(), confidence=Confidence.MEDIUM)
