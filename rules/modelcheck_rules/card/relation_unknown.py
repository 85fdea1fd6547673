from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import writing

_RELATIONS = ("finetune", "adapter", "merge", "quantized")
_MEANT = {name: name for name in _RELATIONS} | {
    "finetuned": "finetune", "quantised": "quantized", "merged": "merge", "lora": "adapter", "quantize": "quantized",
}  # fmt: skip


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
    for node in card.nodes("base_model_relation"):
        text = node.text or ""
        if text not in _RELATIONS:
            plain = _MEANT.get(text.lower().replace("-", "").replace("_", ""))
            yield Finding(f"{text!r} is none of {', '.join(_RELATIONS)}", at=node.span, fix=writing(node, plain))
        elif not card.texts("base_model"):
            yield Finding("base_model_relation without base_model", at=card.at("base_model_relation"))
