from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerConfig, rule


@rule(severity="note", since="0.1")
def length_unset(tokenizer: TokenizerConfig) -> Iterator[Finding]:
    """The tokenizer does not tell how long a text may be.

    `model_max_length` holds the number that stands for unset. `truncation=True` then cuts nothing, and a text that is too
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

    Write the length that the model was trained for.
    """
    length = tokenizer.data.get("model_max_length")
    if isinstance(length, int | float) and length >= 10**9:
        yield Finding(
            "model_max_length is a number that stands for unset, so nothing is truncated", at=tokenizer.at("model_max_length")
        )
