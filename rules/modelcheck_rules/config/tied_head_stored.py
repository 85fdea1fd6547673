from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, TensorIndex, WeightsIndex, rule

from modelcheck_rules.config._heads import embedding, every_tensor, head, ties, writes_text


@rule(severity="note", since="0.1")
def tied_head_stored(config: ModelConfig, index: WeightsIndex | None, tensors: TensorIndex | None) -> Iterator[Finding]:
    """The weights contain an output head, but the config ties it to the embedding.

    With `tie_word_embeddings: true` the embedding is also the output head, and engines ignore a stored one: the file is larger than
    it has to be. If the two differ, because a merge or a training run changed one of them, engines differ in which one they use.

    ## Bad

    ```json config.json
    {"model_type": "llama", "tie_word_embeddings": true}
    ```

    ```safetensors model.safetensors
    lm_head.weight BF16 4x2
    model.embed_tokens.weight BF16 4x2
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "tie_word_embeddings": true}
    ```

    ```safetensors model.safetensors
    model.embed_tokens.weight BF16 4x2
    ```

    ## Fix

    Remove the head from the weights, or set `tie_word_embeddings` to `false` if it was trained separately.
    """
    names = every_tensor(index, tensors)
    stored = head(names)
    if stored is not None and embedding(names) is not None and writes_text(config) and ties(config):
        message = f"{stored} is stored, but tie_word_embeddings is true, which makes the embedding the output head"
        yield Finding(message, at=config.at("tie_word_embeddings"))
