from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import AdapterConfig, Checkpoints, Finding, Interface, Lineage, TensorIndex, rule

from modelcheck_rules.weights._adapters import MATRICES

_WHOLE = ("embed_tokens.weight", "wte.weight", "embed_in.weight", "word_embeddings.weight", "lm_head.weight")


@rule(severity="warning", since="0.1")
def adapter_embedding_larger(
    adapter: AdapterConfig, tensors: TensorIndex, lineage: Lineage, checkpoints: Checkpoints
) -> Iterator[Finding]:
    """An adapter brings an embedding with more rows than its base model.

    Tokens were added before the adapter was trained. peft loads it only after the base model's embedding was resized to the same
    number of rows, which users have to do themselves, and engines that serve adapters reject it.

    ## Bad

    ```json someone/zh-lora:adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors someone/zh-lora:adapter_model.safetensors
    base_model.model.model.embed_tokens.weight F32 12x4
    ```

    ```json acme/Thing-7B:config.json
    {"model_type": "llama", "vocab_size": 8}
    ```

    ## Good

    ```json someone/zh-lora:adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors someone/zh-lora:adapter_model.safetensors
    base_model.model.model.embed_tokens.weight F32 12x4
    ```

    ```json acme/Thing-7B:config.json
    {"model_type": "llama", "vocab_size": 12}
    ```

    ## Fix

    State in the card how the base model has to be resized, or publish the merged model with its tokenizer.
    """
    base = lineage.origins[0]
    theirs = checkpoints.fact(Interface, base.id, base.revision) if base.id else None
    stored = tensors.by_file.get(MATRICES, {})
    rows = max((tensor.shape[0] for name, tensor in stored.items() if name.endswith(_WHOLE) and tensor.shape), default=0)
    if theirs and theirs.vocabulary and rows > theirs.vocabulary:
        message = (
            f"the adapter brings an embedding of {rows:,} rows, but its base model {base.name} has {theirs.vocabulary:,} tokens"
        )
        yield Finding(message, at=adapter.at("base_model_name_or_path"))
