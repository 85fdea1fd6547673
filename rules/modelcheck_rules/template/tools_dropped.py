from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Confidence, Finding, Rendering, TemplateCode, rule


@rule(severity="warning", since="0.1")
def tools_dropped(template: ChatTemplate, rendering: Rendering, code: TemplateCode) -> Iterator[Finding]:
    """The chat template supports tools, but drops a tool declaration, call or result.

    The template uses `tools`, so engines accept them. The model never sees what the template drops: it calls no tool, or
    answers without the tool's result, and there is no error. The rule passes calls as `tool_calls` of the assistant's message
    and results as messages with the role `tool`, as transformers documents it.

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

    Render each tool in `tools`, the `tool_calls` of each message, and messages with the role `tool`. Or remove tools from the
    template, so that engines reject them.
    """
    declared, used = rendering.text("tools"), rendering.text("tool_result")
    if not any(place.takes("tools") for place in code.places) or declared is None:
        return
    dropped = [] if Rendering.TOOL in declared else ["tool declarations"]
    if used is not None:
        dropped += [] if Rendering.CALLED in used else ["tool calls"]
        dropped += [] if Rendering.RESULT in used else ["tool results"]
    if dropped:
        message = f"the chat template supports tools, but silently drops {' and '.join(dropped)}"
        yield Finding(message, at=template.at(), confidence=Confidence.MEDIUM)
