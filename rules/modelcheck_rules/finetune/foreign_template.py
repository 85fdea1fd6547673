from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelUse, Verdict, lazy, rule

# Pattern of the family's name in a checkpoint name → pattern of the names that trainers use for that family's own format.
_OWN: tuple[tuple[str, str], ...] = (
    (r"llama-?4", r"llama-?4"),
    (r"tiny-?llama", r"zephyr|tinyllama|chatml"),
    (r"llama-?3", r"llama-?3([._-]?\d)?"),
    (r"llama-?2", r"llama-?2(_\w+)?|inst"),
    (r"qwen|qwq|qvq", r"qwen.*|chatml.*|qwq.*"),
    (r"phi-?3|phi-?3\.5", r"phi[_-]?3?5?.*"),
    (r"phi-?4", r"phi[_-]?4.*|chatml"),
    (r"gemma", r"gemma.*"),
    (r"mistral|mixtral|ministral|magistral|devstral|codestral", r"mistral.*|ministral.*|llama-?2|inst"),
    (r"smollm", r"smollm.*|chatml"),
    (r"deepseek", r"deepseek.*"),
    (r"granite", r"granite.*"),
    (r"glm", r"glm.*|chatglm.*"),
    (r"falcon", r"falcon.*"),
    (r"command-|aya-", r"cohere.*|command.*|aya.*"),
)
# Names of formats that belong to a model family. A path or a user-defined template does not match.
_NAMED = lazy(
    r"llama-?\d?.*|qwen.*|chatml.*|phi[_-]?\d.*|gemma.*|mistral.*|zephyr|vicuna|alpaca|deepseek.*|glm.*|cohere.*|falcon.*|inst|"
    r"granite.*|baichuan.*|yi|intern2?|exaone.*"
)
# What follows the family in names that publishers give their own models; those of others may have been trained in any format. Each
# part is taken as it is first read (``(?>…)``, ``*+``): parts that could be divided in many ways would take for ever.
_REST = (
    r"(?>[-_.]?(\d+bit|\d[\d.x]*+([bm](?![a-z]))?|[ae]\d+b|v[\d.]+|r\d|instruct|chat|it|hf|mini|nano|nemo|small|medium|large|moe|"
    r"coder|code|math|vl|omni|vision|turbo|preview|thinking|pro|next|scout|maverick|awq|gptq|gguf|fp8|bnb|int4|int8))*+"
)
_PUBLISHERS_OWN = tuple((lazy(rf"(meta-)?(code-?)?({family}){_REST}"), formats) for family, formats in _OWN)


@rule(severity="warning", since="0.1")
def foreign_template(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """An instruct model is fine-tuned with the chat template of another model family.

    An instruct model was trained in its own chat format. If a run uses another format, the model must learn the new control tokens
    from a small amount of data, while its tokenizer and chat template still use the old ones. The result answers well in neither
    format.

    ## Bad

    ```yaml train.yaml
    model_name_or_path: meta-llama/Meta-Llama-3-8B-Instruct
    stage: sft
    do_train: true
    template: qwen
    ```

    ## Good

    ```yaml train.yaml
    model_name_or_path: meta-llama/Meta-Llama-3-8B-Instruct
    stage: sft
    do_train: true
    template: llama3
    ```

    ## Fix

    Use the model's own template (`tokenizer_default`, or the family's name), or start from the base model.
    """
    template = (use.template or "").lower()
    if use.purpose != "finetune" or verdict.label != "instruct" or not _NAMED.fullmatch(template):
        return
    name = use.model.rstrip("/").rpartition("/")[2].lower()
    own = next((formats for own_name, formats in _PUBLISHERS_OWN if own_name.fullmatch(name)), None)
    if own is not None and not re.fullmatch(own, template):
        yield Finding(
            f"{use.model} is an instruct model with its own chat format, but this run trains it in {use.template!r}",
            at=use.at,
            confidence=Confidence.MEDIUM,
        )
