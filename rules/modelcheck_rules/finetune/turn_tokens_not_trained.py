from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelCard, ModelUse, Verdict, lazy, rule

# Formats that mark turns with control tokens that a base model has not been trained on. Other formats use plain text.
_CONTROL = lazy(
    r"(?i)chatml.*|llama-?[34].*|qwen.*|gemma.*|phi[_-]?[34].*|deepseek[_-]?(v?3|r1).*|glm.*|cohere.*|command.*|exaone.*"
    r"|intern.*"
)
_LOW_RANK = ("lora", "qlora", "dora", "loftq")
_TRAINED = lazy(
    r"(?i)\b(chat|control|special|turn|chatml|template)[\w\s-]{0,20}\btokens?\b[^.\n]{0,60}\b(are|were|was|been|already|also)\s"
    r"(also\s|already\s)*(pre-?)?trained"
)
"""A card that says so of a base model."""
_LAST_LAYERS = "freeze"  # LLaMA-Factory's name for training the last layers
_EMBEDDINGS = ("embed", "lm_head", "wte", "all")


@rule(severity="warning", since="0.1")
def turn_tokens_not_trained(use: ModelUse, verdict: Verdict, card: ModelCard | None) -> Iterator[Finding]:
    """An adapter or the last layers of a base model are trained in a chat format, but the embeddings of its control tokens are not.

    The tokens that mark a turn (`<|im_end|>`, `<|eot_id|>`) are in a base model's vocabulary, but mostly untrained. A low-rank
    adapter does not change the embeddings or the output head, and neither does LLaMA-Factory's `finetuning_type: freeze`. The
    fine-tuned model never learns to write the token that ends its answer, and it does not stop.

    ## Bad

    ```yaml train.yaml
    model_name_or_path: meta-llama/Meta-Llama-3-8B
    stage: sft
    do_train: true
    finetuning_type: lora
    template: llama3
    ```

    ## Good

    ```yaml train.yaml
    model_name_or_path: meta-llama/Meta-Llama-3-8B
    stage: sft
    do_train: true
    finetuning_type: lora
    additional_target: embed_tokens,lm_head
    template: llama3
    ```

    ## Fix

    Train the embeddings and the output head too (`lora_modules_to_save`, `additional_target`, `modules_to_save`,
    `freeze_extra_modules`), use a plain-text format (`default`, `alpaca`), or start from the instruct model.
    """
    kind = (use.adapter or "").lower()
    if card and _TRAINED.search("\n".join(line for _, line, code in card.visible() if not code)):
        return
    if "turn-tokens-trained" in verdict.sub_labels:
        return
    if use.purpose != "finetune" or verdict.label != "base" or kind not in (*_LOW_RANK, _LAST_LAYERS):
        return
    trained = any(part in module.lower() for module in use.trained for part in _EMBEDDINGS)
    if use.template and _CONTROL.fullmatch(use.template) and not trained:
        how = "freeze tuning of" if kind == _LAST_LAYERS else f"{use.adapter} on"
        yield Finding(
            f"{how} the base model {use.model} does not train the turn tokens of the format {use.template!r}",
            at=use.at,
            confidence=Confidence.MEDIUM,
        )
