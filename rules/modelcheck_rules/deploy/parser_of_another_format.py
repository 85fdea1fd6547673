from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, CheckpointName, Confidence, Finding, ModelUse, Verdict, lazy, rule

from modelcheck_rules.deploy._families import family
from modelcheck_rules.deploy._parsers import FAMILIES, FORMATS, PARSERS, formats_of

_WRITES_XML = lazy(r"(?i)qwen-?3-coder|qwen-?3\.[5-9]")


@rule(severity="warning", since="0.1")
def parser_of_another_format(
    use: ModelUse, name: CheckpointName, template: ChatTemplate | None, verdict: Verdict
) -> Iterator[Finding]:
    """The tool call parser reads another format than the one that the model writes.

    Each family of models writes tool calls in its own format, and its chat template shows earlier calls in that format. A parser of
    another format finds no call: the client gets the call as plain text, and no tool is called. If the template is unknown, the
    rule goes by the families that the parser was written for and that the model's name states.

    ## Bad

    ```bash run.sh
    vllm serve ./thing-30b --enable-auto-tool-choice --tool-call-parser hermes
    ```

    ```json thing-30b/config.json
    {"model_type": "llama"}
    ```

    ```jinja thing-30b/chat_template.jinja
    {% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% for c in m.tool_calls %}<tool_call>
    <function={{ c.name }}><parameter=city>{{ c.arguments.city }}</parameter></function></tool_call>{% endfor %}<|end|>{% endfor %}
    ```

    ## Good

    ```bash run.sh
    vllm serve ./thing-30b --enable-auto-tool-choice --tool-call-parser qwen3_xml
    ```

    ```json thing-30b/config.json
    {"model_type": "llama"}
    ```

    ```jinja thing-30b/chat_template.jinja
    {% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% for c in m.tool_calls %}<tool_call>
    <function={{ c.name }}><parameter=city>{{ c.arguments.city }}</parameter></function></tool_call>{% endfor %}<|end|>{% endfor %}
    ```

    ## Fix

    Set the parser that the publisher or the engine's documentation names for this model.
    """
    parser = use.tool_parser or ""
    reads = PARSERS.get(parser)
    if verdict.label == "base":
        return  # deploy/base-weights-behind-chat reports base models
    if template is not None and not use.template:
        written = formats_of("\n".join(place.text for place in template.places))
        if reads is not None and written and reads not in written:
            shown = " and ".join(FORMATS[one] for one in sorted(written))
            yield Finding(
                f"tool call parser {parser!r} reads {FORMATS[reads]}, but the chat template of {use.model} writes {shown}",
                at=use.at,
            )
        return
    states = family(name.name)
    if use.template and family(use.template) in (None, states):
        return  # a template of its own, which may ask for any format
    fits = FAMILIES.get(parser)
    if fits is not None and states is not None and states not in fits:
        yield Finding(
            f"tool call parser {parser!r} is written for {' and '.join(fits)}, but {use.model} is of the family {states}",
            at=use.at,
            confidence=Confidence.MEDIUM,
        )
    elif reads == "hermes" and _WRITES_XML.search(name.name):
        yield Finding(
            f"tool call parser {parser!r} reads {FORMATS['hermes']}, but models called {name.name} write {FORMATS['xml']}",
            at=use.at,
            confidence=Confidence.MEDIUM,
        )
