from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule

_TEXTS = (
    ("question", Rendering.QUESTION, "a user's question"),
    ("answered", Rendering.ANSWER, "the assistant's answer"),
    ("dialogue", Rendering.ANSWER, "an earlier answer"),
    ("dialogue", Rendering.SECOND, "a second question"),
)


@rule(severity="warning", since="0.1")
def text_dropped(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template silently drops a message.

    A question or an answer of an ordinary conversation is missing from the prompt that the model sees, and there is no error.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages if m.role == 'user' %}<|im_start|>user
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

    Render the content of every message, or raise an error for messages that are not supported.
    """
    for shape, text, whose in _TEXTS:
        rendered = rendering.text(shape)
        if rendered is not None and text not in rendered:
            yield Finding(f"the chat template silently drops {whose}", at=template.at())
            return
