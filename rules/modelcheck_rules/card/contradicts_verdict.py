from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Axis, Confidence, Finding, ModelCard, Verdict, rule

_STRONG = 2.0


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

    Correct whichever is wrong. `modelcheck scan -v` shows all the evidence, with file and line.
    """
    stage = [weighed for weighed in verdict.decisive if weighed.evidence.axis is Axis.STAGE]
    said = next((weighed.evidence for weighed in stage if weighed.group == "card"), None)
    others = [weighed.evidence for weighed in stage if weighed.group != "card"]
    rest = verdict.nats(without="card")
    if (
        verdict.label == "not-applicable"
        or said is None
        or abs(said.weight) < _STRONG
        or abs(rest) < _STRONG
        or said.weight * rest > 0
    ):
        return
    strongest = max(others, key=lambda evidence: abs(evidence.weight))
    side = "base" if said.weight < 0 else "instruct"
    other = "instruct" if side == "base" else "base"
    yield Finding(
        f"{said.because}, which tells {side}, but {strongest.because}, which tells {other}",
        at=said.at or card.at(),
        confidence=Confidence.MEDIUM,
    )
