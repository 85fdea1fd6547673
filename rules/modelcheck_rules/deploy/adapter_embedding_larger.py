from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Checkpoints, Finding, Interface, ModelUse, TensorIndex, rule

_WHOLE = ("embed_tokens.weight", "wte.weight", "embed_in.weight", "word_embeddings.weight", "lm_head.weight")


@rule(severity="warning", since="0.1")
def adapter_embedding_larger(use: ModelUse, interface: Interface, checkpoints: Checkpoints) -> Iterator[Finding]:
    """An adapter brings an embedding with more rows than the model that it is served on.

    The adapter was trained after tokens were added. Its embedding does not fit the model, and the engine rejects it, unless the
    model's vocabulary is enlarged first. The tokenizer of the model lacks the tokens as well.

    ## Bad

    ```bash run.sh
    vllm serve ./thing-7b --enable-lora --lora-modules zh=./zh-lora
    ```

    ```json thing-7b/config.json
    {"model_type": "llama", "vocab_size": 8}
    ```

    ```json zh-lora/adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors zh-lora/adapter_model.safetensors
    base_model.model.model.embed_tokens.weight F32 12x4
    ```

    ## Good

    ```bash run.sh
    vllm serve ./thing-7b --enable-lora --lora-modules zh=./zh-lora
    ```

    ```json thing-7b/config.json
    {"model_type": "llama", "vocab_size": 12}
    ```

    ```json zh-lora/adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors zh-lora/adapter_model.safetensors
    base_model.model.model.embed_tokens.weight F32 12x4
    ```

    ## Fix

    Merge the adapter into its base model after the vocabulary was enlarged, and serve the result with the adapter's tokenizer.
    """
    for adapter in use.adapters:
        theirs = checkpoints.fact(TensorIndex, adapter, None)
        rows = max(
            (
                tensor.shape[0]
                for name, tensor in (theirs.tensors if theirs else {}).items()
                if name.endswith(_WHOLE) and tensor.shape
            ),
            default=0,
        )
        if interface.vocabulary and rows > interface.vocabulary:
            yield Finding(
                f"the adapter {adapter} brings an embedding of {rows:,} rows, but {use.model} has {interface.vocabulary:,} tokens",
                at=use.at,
            )
