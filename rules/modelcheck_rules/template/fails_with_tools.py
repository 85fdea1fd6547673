from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="warning", since="0.1")
def fails_with_tools(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template takes tools, and fails on a declaration or a result of one.

    It speaks of tools, so engines offer them, and a request with tools ends in an error. Tools are declared as JSON schema,
    calls hold their arguments as an object, as transformers documents it.

    ## Bad

    ```jinja chat_template.jinja
    {% if tools %}{{ tools.name + 1 }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Render a conversation with `tools=[…]` and a tool's result, and correct what the template stumbles on.
    """
    if not any("tools" in place.text for place in template.places):
        return
    for shape, what in (("tools", "a declared tool"), ("tool_result", "a tool's call and its result")):
        problem = rendering.problem(shape)
        if rendering.text("question") is not None and problem and problem.kind == "raised":
            yield Finding(f"the chat template takes tools, but fails on {what}: {problem.message}", at=template.at(problem.line))
            return
