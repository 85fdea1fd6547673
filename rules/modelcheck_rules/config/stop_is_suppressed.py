from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GenerationConfig, rule


@rule(severity="error", since="0.1")
def stop_is_suppressed(generation: GenerationConfig) -> Iterator[Finding]:
    """Every token that ends generation is forbidden.

    `suppress_tokens` holds all of `eos_token_id`: the model can never write one of them, so each answer goes on to the limit.

    ## Bad

    ```json generation_config.json
    {"eos_token_id": [2, 5], "suppress_tokens": [1, 2, 5]}
    ```

    ## Good

    ```json generation_config.json
    {"eos_token_id": [2, 5], "suppress_tokens": [1, 2]}
    ```

    ## Fix

    Take the ids out of `suppress_tokens`. To make answers longer there is `min_new_tokens`.
    """
    value = generation.data.get("suppress_tokens")
    if isinstance(value, list) and generation.stop_ids and set(generation.stop_ids) <= {one for one in value if type(one) is int}:
        yield Finding(
            f"suppress_tokens forbids {', '.join(map(str, generation.stop_ids))}, so generation never ends",
            at=generation.at("suppress_tokens"),
        )
