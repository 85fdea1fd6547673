from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, InstructSibling, ModelUse, Verdict, rule

_VERY_SURE = 0.98
_EVALUATORS = ("lm-eval",)  # they serve no clients; the rules in evaluate/ cover them


@rule(severity="error", since="0.1")
def base_weights_behind_chat(use: ModelUse, verdict: Verdict, sibling: InstructSibling | None) -> Iterator[Finding]:
    """A chat deployment serves a base model.

    A base model completes text. Served behind a chat API, it continues the conversation as if it were a document: it writes the
    user's turns too and does not stop. If it has no chat template, the server rejects every chat request. For chat, serve the
    instruct model of the same family; for completion, the base model is the right choice.

    ## Bad

    ```yaml compose.yaml
    services:
      llm:
        image: vllm/vllm-openai:v0.11.0
        command: --model meta-llama/Meta-Llama-3-8B --enable-auto-tool-choice --tool-call-parser llama3_json
    ```

    ## Good

    ```yaml compose.yaml
    services:
      llm:
        image: vllm/vllm-openai:v0.11.0
        command: --model meta-llama/Meta-Llama-3-8B-Instruct --enable-auto-tool-choice --tool-call-parser llama3_json
    ```

    ## Fix

    Serve the instruct checkpoint, or remove the chat options if clients only complete text.
    """
    if use.purpose != "chat" or use.engine in _EVALUATORS or verdict.label != "base" or verdict.confidence is None:
        return
    if use.method is not None or use.adapter:
        return  # a trainer's predictions, which are no service; or an adapter that answers, for which the options may be
    why = f" ({', '.join(use.because)})" if use.because else ""
    yield Finding(
        f"{use.model} is a base model, but this service exposes a chat API{why}",
        at=use.at,
        confidence=Confidence.HIGH if verdict.confidence >= _VERY_SURE else Confidence.MEDIUM,
        fix=use.naming(sibling.name, "use the instruct model", verified=sibling.verified) if sibling else None,
    )
