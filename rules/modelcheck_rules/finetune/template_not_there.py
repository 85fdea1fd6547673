from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, CheckpointName, Confidence, FileListing, Finding, ModelUse, Verdict, rule

_TOKENIZERS = ("tokenizer", "tokenizer_default")


@rule(severity="warning", since="0.1")
def template_not_there(
    use: ModelUse, verdict: Verdict, name: CheckpointName, listing: FileListing | None, template: ChatTemplate | None
) -> Iterator[Finding]:
    """The chat template is to come from a tokenizer that has none.

    `chat_template: tokenizer` takes the template from the checkpoint. Most base models ship none, and transformers no longer puts
    a default in its place: the run ends with an error, or, worse, formats the data by a fallback that nothing else knows.

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

    Name a template, or start from a checkpoint that ships one.
    """
    if (use.template or "") not in _TOKENIZERS or verdict.label != "base" or template is not None:
        return
    # Qwen's base models ship their family's template; of another's nothing is known where only the name is.
    if listing is None and "qwen" in name.name.lower():
        return
    known = listing is not None
    says = "ships no chat template" if known else "is a base model, and most of these ship no chat template"
    yield Finding(
        f"the chat template is to come from the tokenizer, but {use.model} {says}",
        at=use.at,
        confidence=Confidence.HIGH if known else Confidence.MEDIUM,
    )
