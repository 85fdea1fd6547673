from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelConfig, Span, TensorIndex, WeightsIndex, lazy, rule

from modelcheck_rules.config._heads import every_tensor, head, may_be_embedding, outside_layers, ties, writes_text

_FIRST_LAYER = lazy(r"(^|\.)(layers|h|blocks)\.0\.")
_OF_A_DRAFTER = lazy(r"(^|\.)(fc|d2t|t2d)(\.|$)|eagle|medusa|mtp")


@rule(severity="warning", since="0.1")
def embedding_missing(config: ModelConfig, index: WeightsIndex | None, tensors: TensorIndex | None) -> Iterator[Finding]:
    """The weights of a text generator contain no input embedding.

    transformers initializes it with random numbers and mentions it in one log line among many: the model loads, and writes
    nonsense. A usual cause is a model whose embedding and output head share their weights: a save that removes shared tensors keeps
    one of the names, and not the one that is loaded.

    ## Bad

    ```json config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    ```

    ```safetensors model.safetensors
    lm_head.weight BF16 4x2
    model.layers.0.mlp.up_proj.weight BF16 2x2
    model.norm.weight BF16 2
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    ```

    ```safetensors model.safetensors
    lm_head.weight BF16 4x2
    model.embed_tokens.weight BF16 4x2
    model.layers.0.mlp.up_proj.weight BF16 2x2
    model.norm.weight BF16 2
    ```

    ## Fix

    Save the weights again with the embedding. If it is the same as the output head, store it under the embedding's name and set
    `tie_word_embeddings` to `true`.
    """
    names = every_tensor(index, tensors)
    outside = outside_layers(names)
    stored = head(outside)
    layers = any(map(_FIRST_LAYER.search, names))
    if stored is None or not layers or not config.architectures or not writes_text(config):
        return
    if any(may_be_embedding(name) or _OF_A_DRAFTER.search(name) for name in outside) or _of_its_size(stored, tensors):
        return
    yield Finding(
        f"the weights contain {stored}, but no input embedding",
        at=index.file.at("weight_map") if index else Span("model.safetensors"),
        confidence=Confidence.MEDIUM if ties(config) else Confidence.HIGH,
    )


def _of_its_size(stored: str, tensors: TensorIndex | None) -> bool:
    """Return whether another tensor has the head's shape: an embedding of another name."""
    held = tensors.tensors if tensors is not None else {}
    return stored in held and any(name != stored and tensor.shape == held[stored].shape for name, tensor in held.items())
