from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, TemplateCode, rule


@rule(severity="note", since="0.1")
def refuses_a_question(template: ChatTemplate, rendering: Rendering, code: TemplateCode) -> Iterator[Finding]:
    """The chat template refuses a plain question of a user.

    It raises on purpose, because it is made for something else than a free chat: a translation with languages, a judgement by
    a guideline. Whoever serves it behind a chat endpoint has to send what it asks for.

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

    Nothing, where it is meant so. Say in the model card what a request must hold.
    """
    problem = rendering.problem("question")
    if problem and problem.kind == "refused":
        yield Finding(f"the chat template refuses one question of a user: {problem.message}", at=template.at())
    wanted = rendering.wants((*code.chosen.undeclared, *code.chosen.asked))
    if wanted:
        yield Finding(f"the chat template formats no question without {wanted}, which each request has to bring", at=template.at())
