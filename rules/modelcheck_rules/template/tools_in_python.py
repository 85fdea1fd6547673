from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule

_PYTHON = ("{'type': 'function'", "{'name': '", f"{{'city': '{Rendering.CALLED}'")


@rule(severity="note", since="0.1")
def tools_in_python(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template writes tools as Python writes them, and not as JSON.

    `{{ tools }}` and `{{ call.arguments }}` put a Python dictionary into the text, with single quotes, `True` and `None`. A
    model that was trained on JSON calls tools worse, and answers in the same way, which no JSON parser reads.

    ## Bad

    ```jinja chat_template.jinja
    {% if tools %}{{ tools }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Write `| tojson` behind it; or leave it, where the model was trained so.
    """
    for shape, what in (("tools", "a declared tool"), ("tool_result", "a tool's call")):
        text = rendering.text(shape)
        if text is not None and any(words in text for words in _PYTHON):
            yield Finding(f"the chat template writes {what} as a Python dictionary, not as JSON", at=template.at())
            return
