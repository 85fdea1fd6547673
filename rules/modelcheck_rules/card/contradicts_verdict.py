from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelCard, Verdict, rule

_CLEAR = 2.0
_CARD = ("card", "usage", "card-tags")


@rule(severity="warning", since="0.1")
def contradicts_verdict(card: ModelCard, verdict: Verdict) -> Iterator[Finding]:
    """The model card contradicts the other evidence: one points to base, the other to instruct.

    Base and instruct models serve different purposes, and people choose by the card. If the name, the chat template and the stop
    tokens contradict it, either the card or the files were copied from another model of the family.

    ## Bad

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    This is a pretrained base model.
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>", "added_tokens_decoder": {"2": {"content": "<|im_end|>"}}}
    ```

    ```json generation_config.json
    {"eos_token_id": 2}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    This is an instruct model.
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>", "added_tokens_decoder": {"2": {"content": "<|im_end|>"}}}
    ```

    ```json generation_config.json
    {"eos_token_id": 2}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Fix

    Correct the one that is wrong. `modelcheck scan --why` shows all the evidence, with file and line.
    """
    found = verdict.contradiction(_CARD, clear=_CLEAR)
    if found:
        ours, other = found
        side, opposite = ("base", "instruct") if ours.weight < 0 else ("instruct", "base")
        message = f"{ours.because} (evidence for {side}), but {other.because} (evidence for {opposite})"
        yield Finding(message, at=ours.at or card.at(), confidence=Confidence.MEDIUM)
