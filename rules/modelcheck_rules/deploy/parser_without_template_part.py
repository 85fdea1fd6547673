from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Interface, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def parser_without_template_part(use: ModelUse, verdict: Verdict, interface: Interface) -> Iterator[Finding]:
    """A tool or reasoning parser is set for a model whose chat template has no such part.

    The parser reads what the model writes, but the template is what tells the model of its tools. One that never mentions them
    drops the list without a word: the model cannot call what it has not seen, and the parser waits for calls that do not come.
    The same holds for a reasoning parser where neither template nor tokens know of a thinking part.

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

    Take the parser out, give a template that handles tools (`--chat-template`), or serve a model that was trained with them.
    """
    if use.template or interface.chat != "template" or verdict.label == "base":
        return  # base weights behind chat are reported as such
    for parser, ability, what in ((use.tool_parser, "tools", "tools"), (use.reasoning_parser, "thinking", "a thinking part")):
        if parser and ability not in interface.abilities:
            yield Finding(f"the parser {parser!r} is set, but the chat template of {use.model} knows nothing of {what}", at=use.at)
