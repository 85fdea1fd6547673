from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, Interface, ModelUse, rule

_WHATEVER = "eos_token"  # the tokenizer's, whatever it is


@rule(severity="note", since="0.1")
def pads_with_the_end(use: ModelUse, interface: Interface | None) -> Iterator[Finding]:
    """The run pads with the token that ends a text.

    Padding is taken out of the loss. Where a collator does so by the token's id, the end of each answer goes with it, and the model
    does not learn to stop. Recent trainers mask by position and are safe; older ones and scripts of one's own often are not.

    ## Bad

    ```yaml train.yaml
    base_model: acme/Thing-7B
    sequence_len: 4096
    datasets: [{path: acme/data, type: alpaca}]
    special_tokens:
      eos_token: "</s>"
      pad_token: "</s>"
    ```

    ## Good

    ```yaml train.yaml
    base_model: acme/Thing-7B
    sequence_len: 4096
    datasets: [{path: acme/data, type: alpaca}]
    special_tokens:
      eos_token: "</s>"
      pad_token: "<pad>"
    ```

    ## Fix

    Pad with a token that is nothing else: `<pad>`, or an unused one of the vocabulary.
    """
    if use.purpose != "finetune" or not use.pad_token:
        return
    unnamed = use.pad_token == _WHATEVER
    if unnamed or (interface and use.pad_token == interface.eos):
        yield Finding(
            "this run pads with the token that ends a text" + ("" if unnamed else f", {use.pad_token!r}"),
            at=use.at,
            confidence=Confidence.MEDIUM,
        )
