from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="warning", since="0.1")
def fails_with_tools(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template supports tools, but fails on a tool declaration or a tool result.

    The template uses `tools`, so engines accept them, and a request with tools ends in an error. The rule declares tools as
    JSON schema and passes the arguments of calls as an object, as transformers documents it.

    ## Bad

    ```jinja chat_template.jinja
    {% if tools %}{{ tools.name + 1 }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Render a conversation with `tools=[…]` and a tool result, and correct the error.
    """
    if not any("tools" in place.text for place in template.places):
        return
    for shape, what in (("tools", "a tool declaration"), ("tool_result", "a tool call and its result")):
        problem = rendering.problem(shape)
        if rendering.text("question") is not None and problem and problem.kind == "raised":
            message = f"the chat template supports tools, but fails on {what}: {problem.message}"
            yield Finding(message, at=template.at(problem.line))
            return
