from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import BaseSibling, Finding, ModelUse, Verdict, rule

_SERVERS = ("lm-eval",)


@rule(severity="note", since="0.1")
def instruct_behind_completion(use: ModelUse, verdict: Verdict, sibling: BaseSibling | None) -> Iterator[Finding]:
    """An instruct model serves plain completion only.

    That works, and may be meant so. But an instruct model answers in its own chat format, and a prompt without it gets less than
    the model can give: it may talk instead of continuing, or stop early. To complete text, a base model is the usual choice.

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

    Serve the chat route, or apply the chat template on the client's side; or take the base model.
    """
    if use.purpose == "completion" and use.engine not in _SERVERS and verdict.label == "instruct":
        why = f" ({', '.join(use.because)})" if use.because else ""
        yield Finding(
            f"{use.model} is an instruct model, and this deployment only completes text{why}",
            at=use.at,
            fix=use.naming(sibling.name, "name its base sibling", verified=False) if sibling else None,
        )
