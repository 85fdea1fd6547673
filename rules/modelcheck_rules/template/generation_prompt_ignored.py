from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="warning", since="0.1")
def generation_prompt_ignored(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    r"""The chat template ignores `add_generation_prompt`.

    With `add_generation_prompt=True` the rendered text must end where the answer begins. Without the assistant header the model may
    continue the user's turn, or write the header itself. Formats without a header, such as `[INST]`, and templates that always open
    the next turn are not reported.

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

    Add the assistant header at the end: `{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}`.
    """
    question, prompted, answered = (rendering.text(shape) for shape in ("question", "prompted", "answered"))
    if question is None or prompted != question or answered is None or Rendering.ANSWER not in answered:
        return
    before = answered[: answered.index(Rendering.ANSWER)]
    header = before.removeprefix(question).strip()
    if before.startswith(question) and header and not rendering.always_opens:
        message = f"add_generation_prompt has no effect, although answers begin after {header[:60]!r}"
        yield Finding(message, at=template.at())
