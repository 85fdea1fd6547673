from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Interface, ModelUse, Verdict, rule

# Engines that fall back to built-in chat formats or take the template from their own library.
_OWN_FORMATS = ("ollama", "llama.cpp", "lmdeploy", "model-runner", "litellm", "llama-factory")


@rule(severity="warning", since="0.1")
def chat_without_template(use: ModelUse, verdict: Verdict, interface: Interface) -> Iterator[Finding]:
    """A chat deployment has no chat template.

    The checkpoint ships no chat template and the deployment does not set one. Since transformers 4.44 there is no default template
    either: the server starts, then rejects every chat request.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --enable-auto-tool-choice --tool-call-parser hermes
    ```

    ```toml modelcheck.lock
    version = 1
    [checkpoint."acme/Thing-7B-Instruct"]
    label = "instruct"
    p-instruct = 0.99
    interface = { chat = "none" }
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --enable-auto-tool-choice --tool-call-parser hermes --chat-template ./thing.jinja
    ```

    ```toml modelcheck.lock
    version = 1
    [checkpoint."acme/Thing-7B-Instruct"]
    label = "instruct"
    p-instruct = 0.99
    interface = { chat = "none" }
    ```

    ## Fix

    Pass the publisher's template with `--chat-template`, or serve a revision that ships one.
    """
    served = use.purpose == "chat" and use.engine not in _OWN_FORMATS and not use.template and not use.tokenizer
    if served and interface.chat == "none" and verdict.label in ("instruct", "unknown"):
        yield Finding(
            f"{use.model} ships no chat template and this deployment sets none: the server will reject chat requests", at=use.at
        )
