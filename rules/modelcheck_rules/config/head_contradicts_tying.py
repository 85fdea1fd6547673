from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, TensorIndex, WeightsIndex, rule

from modelcheck_rules.config._heads import embedding, every_tensor, may_be_head, outside_layers, ties, writes_text


@rule(severity="warning", since="0.1")
def head_contradicts_tying(config: ModelConfig, index: WeightsIndex | None, tensors: TensorIndex | None) -> Iterator[Finding]:
    """The weights contain no output head, but the config does not tie it to the embedding.

    With `tie_word_embeddings: true` the embedding is also the output head. With `false` the head must be among the tensors;
    otherwise it is initialized with random numbers. For a model that also reads images or sound, the config of its text model
    may state the value.

    ## Bad

    ```json config.json
    {"model_type": "llama", "tie_word_embeddings": false}
    ```

    ```safetensors model.safetensors
    model.embed_tokens.weight BF16 2x2
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "tie_word_embeddings": true}
    ```

    ```safetensors model.safetensors
    model.embed_tokens.weight BF16 2x2
    ```

    ## Fix

    Set `tie_word_embeddings` to the value that the model was trained with.
    """
    names = every_tensor(index, tensors)
    plain = not config.data.get("auto_map") and writes_text(config) and ties(config) is False
    stored = embedding(names)
    if plain and stored is not None and not any(map(may_be_head, outside_layers(names))) and not _same_shape(stored, tensors):
        message = "tie_word_embeddings is false, but the weights contain no output head"
        yield Finding(message, at=config.at("tie_word_embeddings"))


def _same_shape(stored: str, tensors: TensorIndex | None) -> bool:
    """Return whether another tensor has the embedding's shape: a head of another name."""
    held = tensors.tensors if tensors is not None else {}
    return stored in held and any(name != stored and tensor.shape == held[stored].shape for name, tensor in held.items())
