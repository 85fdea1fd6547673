from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerConfig, Verdict, rule


@rule(severity="note", since="0.1")
def pads_with_the_end(tokenizer: TokenizerConfig, verdict: Verdict) -> Iterator[Finding]:
    """The tokenizer pads with the token that ends a text.

    In use that is harmless. Whoever trains from the checkpoint should know: most collators leave padding out of the loss, and
    with it the end, so the tuned model does not learn to stop.

    ## Bad

    ```json tokenizer_config.json
    {"eos_token": "</s>", "pad_token": "</s>"}
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Good

    ```json tokenizer_config.json
    {"eos_token": "</s>", "pad_token": "<pad>"}
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Fix

    For training, name another token: one that is reserved, or `<unk>`.
    """
    own = tokenizer.own_special_tokens
    if own.get("pad_token") and own.get("pad_token") == own.get("eos_token") and verdict.label != "not-applicable":
        yield Finding(f"pad_token and eos_token are both {own['pad_token']!r}", at=tokenizer.at("pad_token"))
