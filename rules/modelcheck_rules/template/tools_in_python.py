from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule

_PYTHON = ("{'type': 'function'", "{'name': '", f"{{'city': '{Rendering.CALLED}'")


@rule(severity="note", since="0.1")
def tools_in_python(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template writes tools as Python dictionaries instead of JSON.

    `{{ tools }}` and `{{ call.arguments }}` insert a Python dictionary into the prompt, with single quotes, `True` and `None`.
    A model that was trained on JSON calls tools less reliably, and it may answer in the same notation, which JSON parsers
    reject.

    ## Bad

    ```jinja chat_template.jinja
    {% if tools %}{{ tools }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Add `| tojson`. If the model was trained on this notation, nothing has to change.
    """
    for shape, what in (("tools", "tool declarations"), ("tool_result", "tool calls")):
        text = rendering.text(shape)
        if text is not None and any(notation in text for notation in _PYTHON):
            yield Finding(f"the chat template writes {what} as Python dictionaries, not as JSON", at=template.at())
            return
