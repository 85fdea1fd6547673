from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule

_SHAPES = {
    "answered": "a question and its answer",
    "dialogue": "a second question",
    "system": "a system message",
    "unicode": "text in many scripts",
    "empty": "an empty message",
    "prompted": "a generation prompt",
}


@rule(severity="warning", since="0.1")
def fails_on_a_conversation(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template fails where a conversation goes on, or begins with a system message.

    One question renders, an ordinary longer conversation breaks. It shows in use only, as an error in the middle of a chat.
    What it refuses on purpose is not meant.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}{{ m.score + 1 }}{% endif %}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Fix

    Render the conversation that the finding names and correct what the template stumbles on.
    """
    if rendering.text("question") is None:
        return
    for shape, what in _SHAPES.items():
        problem = rendering.problem(shape)
        if problem and problem.kind == "raised":
            yield Finding(f"the chat template fails on {what}: {problem.message}", at=template.at(problem.line))
            return
