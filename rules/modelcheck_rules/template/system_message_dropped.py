from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule

SYSTEM, QUESTION = Rendering.SYSTEM, Rendering.QUESTION


@rule(severity="warning", since="0.1")
def system_message_dropped(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template silently drops the system message.

    Operators put instructions there: tone, language, limits. The model never sees them, and there is no error.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages if m.role != 'system' %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Fix

    Render the system message in its own turn or before the first question. If the model was trained without system messages,
    raise an error: `raise_exception('System messages are not supported')`.
    """
    text = rendering.text("system")
    if text is not None and QUESTION in text and SYSTEM not in text:
        yield Finding("the chat template silently drops the system message", at=template.at())
