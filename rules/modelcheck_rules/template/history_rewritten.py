from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="note", since="0.1")
def history_rewritten(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template writes earlier turns differently once the conversation goes on.

    Servers keep what they computed for a prefix and use it again; here they cannot, and each turn costs the whole
    conversation. In training on whole conversations, an answer is seen in another context than in use.

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

    Let a turn depend on what stands before it only. Reasoning models that take out earlier thoughts do this on purpose.
    """
    answered, dialogue = rendering.text("answered"), rendering.text("dialogue")
    if answered is None or dialogue is None or Rendering.ANSWER not in answered:
        return
    kept = answered[: answered.index(Rendering.ANSWER) + len(Rendering.ANSWER)]
    if Rendering.ANSWER in dialogue and not dialogue.startswith(kept):
        yield Finding("a second question changes how the first one and its answer are written", at=template.at())
