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
    """The chat template fails on a longer conversation or on a system message.

    A single question renders, but an ordinary longer conversation raises an error. Users meet it in the middle of a chat.
    Conversations that the template rejects on purpose are not reported.

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

    Render the conversation named in the finding with `tokenizer.apply_chat_template` and correct the template.
    """
    if rendering.text("question") is None:
        return
    for shape, what in _SHAPES.items():
        problem = rendering.problem(shape)
        if problem and problem.kind == "raised":
            yield Finding(f"the chat template fails on {what}: {problem.message}", at=template.at(problem.line))
            return
