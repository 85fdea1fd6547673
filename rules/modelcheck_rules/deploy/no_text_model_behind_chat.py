from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Axis, Finding, ModelUse, Verdict, rule


@rule(severity="error", since="0.1")
def no_text_model_behind_chat(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """A chat deployment names an embedding, a reranker or another model that writes no text.

    Such models often carry the name and the template of the instruct model that they were made from. The server starts, and every
    chat request fails or returns noise.

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

    Name the model that is to chat, or serve this one for its own task.
    """
    if use.purpose != "chat" or verdict.label != "not-applicable" or "adapter" in verdict.sub_labels:
        return
    task = next((one.evidence.because for one in verdict.decisive if one.evidence.axis is Axis.TASK), "it writes no text")
    yield Finding(f"{use.model} is served for chat ({', '.join(use.because)}), but {task}", at=use.at)
