from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Axis, Finding, ModelUse, Verdict, rule

_DEFAULTS = (("LiteLLM's own default is chat",), ("Ollama serves chat unless a TEMPLATE says otherwise",))
_TEMPLATES = {"--chat-template", "chat_template", "chatTemplate"}


@rule(severity="error", since="0.1")
def no_text_model_behind_chat(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """A chat deployment serves an embedding model, a reranker or another model that does not generate text.

    Such models often keep the name and chat template of the instruct model that they were trained from. The server starts, but
    every chat request fails or returns noise.

    ## Bad

    ```yaml compose.yaml
    services:
      llm:
        image: vllm/vllm-openai
        command: --model acme/Thing-Embedding-8B --enable-auto-tool-choice --tool-call-parser hermes
    ```

    ## Good

    ```yaml compose.yaml
    services:
      llm:
        image: vllm/vllm-openai
        command: --model acme/Thing-8B-Instruct --enable-auto-tool-choice --tool-call-parser hermes
    ```

    ## Fix

    Serve a chat model, or serve this model for its own task.
    """
    if use.because in _DEFAULTS or (use.because and set(use.because) <= _TEMPLATES):
        return  # a router or a server that is told nothing serves an embedding model as such, and rerankers have templates
    if use.purpose != "chat" or verdict.label != "not-applicable" or "adapter" in verdict.sub_labels:
        return
    task = next((weighed.evidence.because for weighed in verdict.decisive if weighed.evidence.axis is Axis.TASK), "no details")
    yield Finding(f"{use.model} does not generate text ({task}), but it is served for chat ({', '.join(use.because)})", at=use.at)
