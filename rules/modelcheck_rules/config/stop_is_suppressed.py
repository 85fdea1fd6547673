from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GenerationConfig, rule


@rule(severity="error", since="0.1")
def stop_is_suppressed(generation: GenerationConfig) -> Iterator[Finding]:
    """Every EOS token is suppressed.

    `suppress_tokens` contains every id of `eos_token_id`: the model can never generate one of them, so each answer runs to the
    token limit.

    ## Bad

    ```json generation_config.json
    {"eos_token_id": [2, 5], "suppress_tokens": [1, 2, 5]}
    ```

    ## Good

    ```json generation_config.json
    {"eos_token_id": [2, 5], "suppress_tokens": [1, 2]}
    ```

    ## Fix

    Remove the ids from `suppress_tokens`. To get longer answers, use `min_new_tokens`.
    """
    value = generation.data.get("suppress_tokens")
    if (
        isinstance(value, list)
        and generation.stop_ids
        and set(generation.stop_ids) <= {item for item in value if type(item) is int}
    ):
        yield Finding(
            f"suppress_tokens contains every EOS token ({', '.join(map(str, generation.stop_ids))}), so generation never ends",
            at=generation.at("suppress_tokens"),
        )
