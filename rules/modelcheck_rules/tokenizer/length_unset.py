from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerConfig, rule


@rule(severity="note", since="0.1")
def length_unset(tokenizer: TokenizerConfig) -> Iterator[Finding]:
    """The tokenizer's maximum length is not set.

    `model_max_length` contains the huge number that means "not set". `truncation=True` then has no effect, and text that is too
    long reaches the model.

    ## Bad

    ```json tokenizer_config.json
    {"model_max_length": 1000000000000000019884624838656}
    ```

    ## Good

    ```json tokenizer_config.json
    {"model_max_length": 8192}
    ```

    ## Fix

    Set it to the context length that the model was trained for.
    """
    length = tokenizer.data.get("model_max_length")
    if isinstance(length, int | float) and length >= 10**9:
        yield Finding(
            "model_max_length is a placeholder for not set, so truncation=True has no effect", at=tokenizer.at("model_max_length")
        )
