from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="note", since="0.1")
def history_rewritten(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template renders earlier turns differently when the conversation continues.

    Servers cache the computation for a prefix of the prompt. Here the prefix changes, so each turn costs the computation of the
    whole conversation. If a model is trained on whole conversations, it sees answers in another context than in use.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}{% if loop.last %}[last] {% endif %}{{ m.role }}: {{ m.content }}
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

    Let a turn depend only on what precedes it. Templates of reasoning models that remove earlier reasoning do this on purpose.
    """
    answered, dialogue = rendering.text("answered"), rendering.text("dialogue")
    if answered is None or dialogue is None or Rendering.ANSWER not in answered:
        return
    kept = answered[: answered.index(Rendering.ANSWER) + len(Rendering.ANSWER)]
    if Rendering.ANSWER in dialogue and not dialogue.startswith(kept):
        yield Finding("the chat template renders a question and its answer differently after a second question", at=template.at())
