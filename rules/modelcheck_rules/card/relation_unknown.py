from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

_RELATIONS = ("finetune", "adapter", "merge", "quantized")


@rule(severity="warning", since="0.1")
def relation_unknown(card: ModelCard) -> Iterator[Finding]:
    """The relation to the base model is none that the Hub knows.

    There are four: `finetune`, `adapter`, `merge`, `quantized`. Without `base_model` there is nothing to relate to.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    base_model: acme/Thing-7B
    base_model_relation: fine-tune
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    base_model: acme/Thing-7B
    base_model_relation: finetune
    ---
    # Thing
    ```

    ## Fix

    Write one of the four, or take the field out: the Hub then concludes it from the files.
    """
    for text in card.texts("base_model_relation"):
        if text not in _RELATIONS:
            yield Finding(f"{text!r} is none of {', '.join(_RELATIONS)}", at=card.at("base_model_relation"))
        elif not card.texts("base_model"):
            yield Finding("base_model_relation without base_model", at=card.at("base_model_relation"))
