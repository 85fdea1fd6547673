from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, TensorIndex, rule


@rule(severity="warning", since="0.1")
def head_contradicts_tying(config: ModelConfig, tensors: TensorIndex) -> Iterator[Finding]:
    """The weights contain no output head, but the config does not tie it to the embedding.

    With `tie_word_embeddings: true` the embedding is also the output head, and a stored head is ignored. With `false` the head
    must be among the tensors; otherwise it is initialized with random numbers.

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
    names = set(tensors.tensors)
    causal = any(name.endswith(("ForCausalLM", "LMHeadModel")) for name in config.architectures) or not config.architectures
    embedded = any(name.endswith(("embed_tokens.weight", "wte.weight", "embed_in.weight")) for name in names)
    head = any(name.endswith(("lm_head.weight", "embed_out.weight", "output.weight")) for name in names)
    tied = config.value("tie_word_embeddings")
    if tied is False and causal and embedded and not head and config.data.get("auto_map") is None:
        message = "tie_word_embeddings is false, but the weights contain no output head"
        yield Finding(message, at=config.at("tie_word_embeddings"))
