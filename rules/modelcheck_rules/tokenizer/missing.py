from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelConfig, Verdict, lazy, rule

_VOCABULARY = lazy(
    r"(?i).*token.*|.*vocab.*|merges\.txt|.*\.(spm|tiktoken|bpe|sp|spiece)|spiece\.model|sentencepiece.*|.*bpe.*|params\.json|.*\.nemo"
)


@rule(severity="warning", since="0.1")
def missing(listing: FileListing, config: ModelConfig, verdict: Verdict) -> Iterator[Finding]:
    """A checkpoint with the weights of a text generator contains no tokenizer file.

    No engine can load it by its name alone, and it cannot be converted or quantized: the tokenizer has to be named separately, and
    nothing says which one it is. A conversion or an upload often copies the weights only.

    ## Bad

    ```json config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    ```

    ```text model.safetensors
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    ```

    ```text model.safetensors
    ```

    ```json tokenizer.json
    {"added_tokens": []}
    ```

    ## Fix

    Copy the tokenizer's files from the model that this one was made from: `tokenizer.json` or `tokenizer.model`, and
    `tokenizer_config.json`.
    """
    generates = bool(config.architectures) and all(name.endswith(("ForCausalLM", "LMHeadModel")) for name in config.architectures)
    weights = listing.safetensors or listing.pickles
    if not generates or not weights or not listing.complete or verdict.label == "not-applicable":
        return
    if any(path.endswith((".py", ".gguf", ".onnx")) or _VOCABULARY.fullmatch(path.rpartition("/")[2]) for path in listing.sizes):
        return
    if not any(_VOCABULARY.match(part) for path in listing.sizes for part in path.split("/")[:-1]):
        yield Finding(
            f"{weights[0]} holds the weights of a text generator, but there is no tokenizer file", at=listing.at(weights[0])
        )
