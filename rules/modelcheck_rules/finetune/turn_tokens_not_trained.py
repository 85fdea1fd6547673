from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelUse, Verdict, lazy, rule

# Formats that mark turns with control tokens that a base model has not been trained on. Other formats use plain text.
_CONTROL = lazy(r"(?i)chatml.*|llama-?[34].*|qwen.*|gemma.*|phi[_-]?[34].*|deepseek.*|glm.*|cohere.*|command.*|exaone.*|intern.*")
_LOW_RANK = ("lora", "qlora", "dora", "loftq")
_EMBEDDINGS = ("embed", "lm_head", "wte", "all")


@rule(severity="warning", since="0.1")
def turn_tokens_not_trained(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """An adapter on a base model is trained in a chat format, but the embeddings of its control tokens are not trained.

    The tokens that mark a turn (`<|im_end|>`, `<|eot_id|>`) are in a base model's vocabulary, but mostly untrained. A low-rank
    adapter does not change the embeddings or the output head, so the fine-tuned model never learns to write the token that ends its
    answer, and it does not stop.

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

    Train the embeddings and the output head too (`lora_modules_to_save`, `additional_target`, `modules_to_save`), use a plain-text
    format (`default`, `alpaca`), or start from the instruct model.
    """
    if use.purpose != "finetune" or verdict.label != "base" or (use.adapter or "").lower() not in _LOW_RANK:
        return
    trained = any(part in module.lower() for module in use.trained for part in _EMBEDDINGS)
    if use.template and _CONTROL.fullmatch(use.template) and not trained:
        yield Finding(
            f"{use.adapter} on the base model {use.model} does not train the turn tokens of the format {use.template!r}",
            at=use.at,
            confidence=Confidence.MEDIUM,
        )
