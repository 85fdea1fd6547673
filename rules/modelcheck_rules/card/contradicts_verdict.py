from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelCard, Verdict, rule

_STRONG = 2.0
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
    said = next((weighed.evidence for weighed in verdict.stage if weighed.group in _CARD), None)
    # What is missing contradicts nobody: the other side needs something that was seen.
    others = (one.evidence for one in verdict.stage if one.group not in _CARD and (one.evidence.at or one.group == "name"))
    rest = verdict.nats(without=_CARD)
    if verdict.label == "not-applicable" or said is None or min(abs(said.weight), abs(rest)) < _STRONG or said.weight * rest > 0:
        return
    strongest = next((evidence for evidence in others if evidence.weight * rest > 0), None)
    if strongest is None or abs(strongest.weight) < _STRONG:
        return
    side, other = ("base", "instruct") if said.weight < 0 else ("instruct", "base")
    yield Finding(
        f"{said.because}, which tells {side}, but {strongest.because}, which tells {other}",
        at=said.at or card.at(),
        confidence=Confidence.MEDIUM,
    )
