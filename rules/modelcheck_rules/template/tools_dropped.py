from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Confidence, Finding, Rendering, TemplateCode, rule


@rule(severity="warning", since="0.1")
def tools_dropped(template: ChatTemplate, rendering: Rendering, code: TemplateCode) -> Iterator[Finding]:
    """The chat template takes tools, and leaves out a declaration, a call or a result.

    It looks at `tools`, so engines offer them. What it then leaves out, the model never sees: it calls nothing, or answers
    without what the tool told, and nothing says so. Calls are given as `tool_calls` of the assistant's message, results as
    messages of the role `tool`, as transformers documents it.

    ## Bad

    ```jinja chat_template.jinja
    {% for tool in tools or [] %}{{ tool | tojson }}{% endfor %}{% for m in messages if m.role != 'tool' %}<|im_start|>{{ m.role }}
    {{ m.content }}{{ m.tool_calls | tojson if m.tool_calls }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for tool in tools or [] %}{{ tool | tojson }}{% endfor %}{% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}{{ m.tool_calls | tojson if m.tool_calls }}<|im_end|>
    {% endfor %}
    ```

    ## Fix

    Render each tool of `tools`, the `tool_calls` of each message, and messages of the role `tool`; or take the tools out, so
    that engines refuse them.
    """
    declared, used = rendering.text("tools"), rendering.text("tool_result")
    if not any(place.takes("tools") for place in code.places) or declared is None:
        return
    lost = [] if Rendering.TOOL in declared else ["the declaration of a tool"]
    if used is not None:
        lost += [] if Rendering.CALLED in used else ["a call"]
        lost += [] if Rendering.RESULT in used else ["a tool's result"]
    if lost:
        message = f"the chat template takes tools, and leaves out {' and '.join(lost)}"
        yield Finding(message, at=template.at(), confidence=Confidence.MEDIUM)
