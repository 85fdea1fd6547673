from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerConfig, Verdict, rule


@rule(severity="note", since="0.1")
def pads_with_the_end(tokenizer: TokenizerConfig, verdict: Verdict) -> Iterator[Finding]:
    """The tokenizer's padding token is also its EOS token.

    This is harmless for inference. It matters for fine-tuning: most data collators exclude padding from the loss, and the EOS token
    with it, so the fine-tuned model does not learn to stop.

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

    For training, set another padding token: a reserved token, or `<unk>`.
    """
    own = tokenizer.own_special_tokens
    if own.get("pad_token") and own.get("pad_token") == own.get("eos_token") and verdict.label != "not-applicable":
        yield Finding(f"pad_token and eos_token are both {own['pad_token']!r}", at=tokenizer.at("pad_token"))
