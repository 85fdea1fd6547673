from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, CheckpointName, Confidence, FileListing, Finding, ModelUse, Verdict, rule

_TOKENIZERS = ("tokenizer", "tokenizer_default")


@rule(severity="warning", since="0.1")
def template_not_there(
    use: ModelUse, verdict: Verdict, name: CheckpointName, listing: FileListing | None, template: ChatTemplate | None
) -> Iterator[Finding]:
    """The fine-tuning run uses the tokenizer's chat template, but the tokenizer has none.

    `chat_template: tokenizer` loads the template from the checkpoint. An axolotl dataset of `type: chat_template` does the same if
    the file names no template, and so does TRL's `SFTTrainer` with data that consists of messages. Most base models ship no
    template, and transformers no longer provides a default: the run stops with an error or, worse, formats the data with a fallback
    that no other tool uses.

    ## Bad

    ```yaml train.yaml
    task: llm-sft
    base_model: meta-llama/Llama-3.2-1B
    backend: local
    data:
      chat_template: tokenizer
    ```

    ## Good

    ```yaml train.yaml
    task: llm-sft
    base_model: meta-llama/Llama-3.2-1B-Instruct
    backend: local
    data:
      chat_template: tokenizer
    ```

    ## Fix

    Set a template by name, or start from a checkpoint that ships one.
    """
    if (use.template or "") not in _TOKENIZERS or verdict.label != "base" or template is not None or use.tokenizer:
        return
    # Qwen's base models ship the family's template. If only the name is known, do not report them.
    if listing is None and "qwen" in name.name.lower():
        return
    known = listing is not None
    reason = "ships no chat template" if known else "is a base model, and most base models ship none"
    yield Finding(
        f"this run uses the tokenizer's chat template, but {use.model} {reason}",
        at=use.at,
        confidence=Confidence.HIGH if known else Confidence.MEDIUM,
    )
