from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelCard, Verdict, rule

_CLEAR = 2.0
_CARD = ("card", "usage", "card-tags")


@rule(severity="warning", since="0.1")
def contradicts_verdict(card: ModelCard, verdict: Verdict) -> Iterator[Finding]:
    """The model card says one stage of training, everything else says the other.

    Base and instruct models are for different work. People choose by the card; where the name, the template and the stop
    tokens tell something else, either the card was copied from a sibling or the files were.

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

    Correct whichever is wrong. `modelcheck scan --why` shows all the evidence, with file and line.
    """
    found = verdict.contradiction(_CARD, clear=_CLEAR)
    if found:
        said, other = found
        side, opposite = ("base", "instruct") if said.weight < 0 else ("instruct", "base")
        message = f"{said.because}, which tells {side}, but {other.because}, which tells {opposite}"
        yield Finding(message, at=said.at or card.at(), confidence=Confidence.MEDIUM)
