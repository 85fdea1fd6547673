from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="note", since="0.1")
def parts_dropped(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template silently drops content that is a list of parts.

    The OpenAI protocol allows `"content": [{"type": "text", "text": "…"}]`, and some clients always send it. With this template the
    turn is then empty, without an error: the model answers a question that it never saw. Some engines join the parts before they
    render the template; transformers does not.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content if m.content is string }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content %}{{ part.text }}{% endfor %}{% endif %}<|im_end|>
    {% endfor %}
    ```

    ## Fix

    Write the `text` of each part, or raise an error: `raise_exception('Content must be a text')`.
    """
    text, parts = rendering.text("question"), rendering.text("parts")
    if not rendering.parts and text and Rendering.QUESTION in text and parts is not None and Rendering.QUESTION not in parts:
        yield Finding("the chat template silently drops content that is a list of parts", at=template.at())
