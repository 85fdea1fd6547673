from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="note", since="0.1")
def system_message_refused(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template rejects system messages.

    The model was trained without system messages, and the template raises an error, which is better than dropping them silently.
    Clients that always send a system message get an error.

    ## Bad

    ```jinja chat_template.jinja
    {% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{{ messages[0].content }}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Fix

    Nothing has to change. Clients can put their instructions into the first user message.
    """
    problem = rendering.problem("system")
    if problem and problem.kind == "refused" and rendering.text("question") is not None:
        yield Finding(f"the chat template rejects system messages: {problem.message}", at=template.at())
