from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, InstructSibling, ModelUse, Verdict, rule

_VERY_SURE = 0.98
_EVALUATORS = ("lm-eval",)  # they serve nobody: evaluate/ has rules of its own for them


@rule(severity="error", since="0.1")
def base_weights_behind_chat(use: ModelUse, verdict: Verdict, sibling: InstructSibling | None) -> Iterator[Finding]:
    """A chat deployment points at base weights.

    A base model completes text. Behind a chat route it gets a conversation as a text to continue: it writes the user's
    turns too, does not stop, or the server refuses every request because there is no chat template. For chat, serve the
    instruct model of the same family; for completion, the base model is the right one.

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

    Name the instruct checkpoint, or take the chat options out if the clients only complete text.
    """
    if use.purpose != "chat" or use.engine in _EVALUATORS or verdict.label != "base" or verdict.confidence is None:
        return
    why = f" ({', '.join(use.because)})" if use.because else ""
    yield Finding(
        f"{use.model} is a base model: it completes text, but this deployment serves chat{why}",
        at=use.at,
        confidence=Confidence.HIGH if verdict.confidence >= _VERY_SURE else Confidence.MEDIUM,
        fix=use.naming(sibling.name, "name its instruct sibling", verified=sibling.verified) if sibling else None,
    )
