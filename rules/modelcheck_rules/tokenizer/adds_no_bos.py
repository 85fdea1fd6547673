from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerConfig, rule


@rule(severity="warning", since="0.1")
def adds_no_bos(tokenizer: TokenizerConfig) -> Iterator[Finding]:
    """The tokenizer is to put a token before each text, and none is named.

    `add_bos_token` is true, `bos_token` is null. Some loaders fail, others add nothing: texts begin in another way than in
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

    Name the token, or set `add_bos_token` to false.
    """
    if tokenizer.data.get("add_bos_token") is True and "bos_token" in tokenizer.data and tokenizer.data["bos_token"] is None:
        yield Finding("add_bos_token is true, but bos_token is null", at=tokenizer.at("add_bos_token"))
