from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import replacing

_RELATIONS = ("finetune", "adapter", "merge", "quantized")
_ALIASES = {name: name for name in _RELATIONS} | {
    "finetuned": "finetune", "quantised": "quantized", "merged": "merge", "lora": "adapter", "quantize": "quantized",
}  # fmt: skip


@rule(severity="warning", since="0.1")
def relation_unknown(card: ModelCard) -> Iterator[Finding]:
    """The relation to the base model is not one that the Hub knows.

    `base_model_relation` must be `finetune`, `adapter`, `merge` or `quantized`. It has no effect without `base_model`.

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

    Use one of the four values, or remove the field: the Hub then infers the relation from the files.
    """
    for node in card.nodes("base_model_relation"):
        text = node.text or ""
        if text not in _RELATIONS:
            plain = _ALIASES.get(text.lower().replace("-", "").replace("_", ""))
            message = f"base_model_relation {text!r} is not one of {', '.join(_RELATIONS)}"
            yield Finding(message, at=node.span, fix=replacing(node, plain))
        elif not card.texts("base_model"):
            yield Finding("base_model_relation is set, but base_model is missing", at=card.at("base_model_relation"))
