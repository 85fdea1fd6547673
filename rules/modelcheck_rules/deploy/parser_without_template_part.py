from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Interface, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def parser_without_template_part(use: ModelUse, verdict: Verdict, interface: Interface) -> Iterator[Finding]:
    """A tool or reasoning parser is set, but the model's chat template does not support tools or reasoning.

    The parser reads the model's output, but the chat template passes the tools to the model. A template that never uses `tools`
    silently drops them: the model cannot call tools that are not in its prompt, and the parser has nothing to parse. The same
    applies to a reasoning parser if neither the template nor the vocabulary has anything for reasoning.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --enable-auto-tool-choice --tool-call-parser hermes
    ```

    ```toml modelcheck.lock
    version = 1
    [checkpoint."acme/Thing-7B-Instruct"]
    label = "instruct"
    p-instruct = 0.99
    interface = { chat = "template" }
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --enable-auto-tool-choice --tool-call-parser hermes
    ```

    ```toml modelcheck.lock
    version = 1
    [checkpoint."acme/Thing-7B-Instruct"]
    label = "instruct"
    p-instruct = 0.99
    interface = { chat = "template", abilities = ["tools"] }
    ```

    ## Fix

    Remove the parser, pass a template that supports tools (`--chat-template`), or serve a model that was trained with tools.
    """
    if use.template or interface.chat != "template" or verdict.label == "base":
        return  # deploy/base-weights-behind-chat reports base models
    for parser, ability, kind, what in (
        (use.tool_parser, "tools", "tool", "tools"),
        (use.reasoning_parser, "thinking", "reasoning", "reasoning"),
    ):
        if parser and ability not in interface.abilities:
            yield Finding(
                f"{kind} parser {parser!r} is set, but the chat template of {use.model} does not support {what}", at=use.at
            )
