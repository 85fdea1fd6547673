from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule, stage_word


@rule(severity="warning", since="0.1")
def tokenizer_of_another_stage(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """The weights are of one stage, the tokenizer of the other.

    With the instruct sibling's tokenizer a base model gets its chat template, and a chat route that seems to work: the model
    continues a conversation in marks that it may never have seen. With a base model's tokenizer an instruct model may lose the
    template and the token that ends its turns. Both are done on purpose at times; then a comment says so.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Base --tokenizer acme/Thing-7B-Instruct
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct-AWQ --tokenizer acme/Thing-7B-Instruct
    ```

    ## Fix

    Take the tokenizer option out, or name the checkpoint that it belongs to.
    """
    told = stage_word((use.tokenizer or "").rpartition("/")[2])
    if told and told.kind in ("base", "instruct") and verdict.label in ("base", "instruct") and told.kind != verdict.label:
        kinds = ("a base", "an instruct") if verdict.label == "base" else ("an instruct", "a base")
        yield Finding(f"{use.model} is {kinds[0]} model, and its tokenizer is {kinds[1]} model's, {use.tokenizer}", at=use.at)
