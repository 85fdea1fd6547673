from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, TemplateCode, Verdict, rule


@rule(severity="error", since="0.1")
def fails_on_a_question(template: ChatTemplate, rendering: Rendering, code: TemplateCode, verdict: Verdict) -> Iterator[Finding]:
    """The chat template fails on the simplest conversation: one user message.

    The template compiles, but raises an error on the first message of any chat, with the content as text and as a list of parts. An
    engine answers every request with an error. Templates that reject the message on purpose with `raise_exception`, or that require
    a variable or tools in every request, are reported by `template/refuses-a-question`. Rerankers, reward models and similar
    models, whose templates format pairs, are not checked.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}{{ m['role'] + 1 }}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}{{ m['role'] }}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Render one message with the template (`tokenizer.apply_chat_template`) and correct the error. Variables that callers may
    leave out need a check: `{% if controls is defined %}`.
    """
    problem = rendering.problem("question")
    if verdict.label == "not-applicable" or problem is None or problem.kind != "raised":
        return
    if rendering.wants((*code.chosen.undeclared, *code.chosen.asked)) is None:
        inside = f" (line {problem.line} of the template)" if problem.line else ""
        yield Finding(f"the chat template fails on a single user message: {problem.message}{inside}", at=template.at(problem.line))
