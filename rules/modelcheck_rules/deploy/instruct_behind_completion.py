from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import BaseSibling, Finding, ModelUse, Verdict, rule

_EVALUATORS = ("lm-eval",)


@rule(severity="note", since="0.1")
def instruct_behind_completion(use: ModelUse, verdict: Verdict, sibling: BaseSibling | None) -> Iterator[Finding]:
    """An instruct model is served for plain text completion only.

    This works and may be intended. But an instruct model is trained to answer in its own chat format. Without that format it
    performs below its best: it may reply instead of continuing the text, or stop early. For text completion a base model is the
    usual choice.

    ## Bad

    ```text Modelfile
    FROM hf.co/acme/Thing-7B-Instruct-GGUF
    TEMPLATE "{{ .Prompt }}"
    ```

    ## Good

    ```text Modelfile
    FROM hf.co/acme/Thing-7B-Base-GGUF
    TEMPLATE "{{ .Prompt }}"
    ```

    ## Fix

    Expose the chat API, apply the chat template in the client, or use the base model.
    """
    if use.purpose == "completion" and use.engine not in _EVALUATORS and verdict.label == "instruct":
        why = f" ({', '.join(use.because)})" if use.because else ""
        yield Finding(
            f"{use.model} is an instruct model, but this deployment only completes text{why}",
            at=use.at,
            fix=use.naming(sibling.name, "use the base model", verified=False) if sibling else None,
        )
