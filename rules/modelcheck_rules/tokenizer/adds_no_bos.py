from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerConfig, rule


@rule(severity="warning", since="0.1")
def adds_no_bos(tokenizer: TokenizerConfig) -> Iterator[Finding]:
    """The tokenizer is set to add a BOS token, but no BOS token is defined.

    `add_bos_token` is true and `bos_token` is null. Some loaders fail; others add nothing, so texts do not begin as they did in
    training.

    ## Bad

    ```json tokenizer_config.json
    {"add_bos_token": true, "bos_token": null}
    ```

    ## Good

    ```json tokenizer_config.json
    {"add_bos_token": true, "bos_token": "<s>"}
    ```

    ## Fix

    Set `bos_token`, or set `add_bos_token` to false.
    """
    if tokenizer.data.get("add_bos_token") is True and "bos_token" in tokenizer.data and tokenizer.data["bos_token"] is None:
        yield Finding("add_bos_token is true, but bos_token is null", at=tokenizer.at("add_bos_token"))
