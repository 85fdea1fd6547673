from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelConfig, TokenizerConfig, rule


@rule(severity="note", since="0.1")
def length_beyond_context(tokenizer: TokenizerConfig, config: ModelConfig) -> Iterator[Finding]:
    """The tokenizer's maximum length exceeds the model's context length.

    `truncation=True` truncates at `model_max_length`, which is larger than `max_position_embeddings` multiplied by the RoPE scaling
    factor. Tokens beyond the context cause garbage output or an index error.

    ## Bad

    ```json tokenizer_config.json
    {"model_max_length": 8192}
    ```

    ```json config.json
    {"model_type": "llama", "max_position_embeddings": 2048}
    ```

    ## Good

    ```json tokenizer_config.json
    {"model_max_length": 8192}
    ```

    ```json config.json
    {"model_type": "llama", "max_position_embeddings": 8192}
    ```

    ## Fix

    Set both to the smaller number.
    """
    length, positions = tokenizer.data.get("model_max_length"), config.value("max_position_embeddings")
    if type(length) is not int or type(positions) is not int or length >= 10**9 or positions <= 0:
        return
    scaling = config.value("rope_scaling") or config.value("rope_parameters")
    factor = scaling.get("factor", 1) if isinstance(scaling, dict) else 1
    if length > positions * (factor if isinstance(factor, int | float) and factor > 1 else 1):
        message = f"model_max_length is {length}, but the model has {positions} positions"
        yield Finding(message, at=tokenizer.at("model_max_length"), confidence=Confidence.MEDIUM)
