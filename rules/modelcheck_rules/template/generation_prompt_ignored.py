from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="warning", since="0.1")
def generation_prompt_ignored(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    r"""The chat template does not open the assistant's turn when it is asked to.

    With `add_generation_prompt=True` the text must end where the answer begins. Without the assistant's header the model may go on
    with the user's turn, or write the header itself. Formats that have no header, such as `[INST]`, are left alone, and so are
    templates that always open the next turn.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
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

    Add the assistant's header at the end: `{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}`.
    """
    question, prompted, answered = (rendering.text(shape) for shape in ("question", "prompted", "answered"))
    if question is None or prompted != question or answered is None or Rendering.ANSWER not in answered:
        return
    before = answered[: answered.index(Rendering.ANSWER)]
    header = before.removeprefix(question).strip()
    if before.startswith(question) and header and not rendering.always_opens:
        yield Finding(f"add_generation_prompt changes nothing, though answers begin behind {header[:60]!r}", at=template.at())
