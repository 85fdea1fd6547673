from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, Interface, ModelUse, rule

_TOKENIZERS_EOS = "eos_token"  # a setting that refers to the tokenizer's EOS token without naming it


@rule(severity="note", since="0.1")
def pads_with_the_end(use: ModelUse, interface: Interface | None) -> Iterator[Finding]:
    """The fine-tuning run pads with the EOS token.

    Padding is excluded from the loss. If the data collator masks padding by token id, it also masks the EOS token at the end of
    each answer, and the model does not learn to stop. Recent trainers mask by position and are safe; older trainers and custom
    scripts often are not.

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

    Use a token that has no other purpose: `<pad>`, or an unused token of the vocabulary.
    """
    if use.purpose != "finetune" or not use.pad_token:
        return
    unnamed = use.pad_token == _TOKENIZERS_EOS
    if unnamed or (interface and use.pad_token == interface.eos):
        yield Finding(
            "this run pads with the EOS token" + ("" if unnamed else f", {use.pad_token!r}"),
            at=use.at,
            confidence=Confidence.MEDIUM,
        )
