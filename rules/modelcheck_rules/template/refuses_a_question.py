from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, TemplateCode, rule


@rule(severity="note", since="0.1")
def refuses_a_question(template: ChatTemplate, rendering: Rendering, code: TemplateCode) -> Iterator[Finding]:
    """The chat template rejects a plain user message.

    The template raises an error on purpose, because it is made for a task other than free chat, such as translation between given
    languages or moderation by a guideline. Clients of a chat API must send the values that it requires.

    ## Bad

    ```jinja chat_template.jinja
    {{ raise_exception('A guideline is needed.') }}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Fix

    Nothing has to change if this is intended. Describe in the model card what a request must contain.
    """
    problem = rendering.problem("question")
    if problem and problem.kind == "refused":
        yield Finding(f"the chat template rejects a single user message: {problem.message}", at=template.at())
    wanted = rendering.wants((*code.chosen.undeclared, *code.chosen.asked))
    if wanted:
        yield Finding(f"the chat template fails unless each request contains {wanted}", at=template.at())
