from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, TemplateCode, Verdict, rule


@rule(severity="error", since="0.1")
def fails_on_a_question(template: ChatTemplate, rendering: Rendering, code: TemplateCode, verdict: Verdict) -> Iterator[Finding]:
    """The chat template fails on the simplest conversation: one question of a user.

    It compiles, and then breaks on what every chat begins with, with the content as text and as a list of parts. An engine
    answers each request with an error. A template that refuses on purpose, by `raise_exception`, or that wants a variable or
    tools of every request, is told of by another rule. Rerankers, reward models and the like, whose templates format pairs,
    are left alone.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}{{ m['role'] + 1 }}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}{{ m['role'] }}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Render one message in the template (`tokenizer.apply_chat_template`) and correct what it stumbles on. Variables that
    callers have to bring need a default: `{% if controls is defined %}`.
    """
    problem = rendering.problem("question")
    if verdict.label == "not-applicable" or problem is None or problem.kind != "raised":
        return
    if rendering.wants((*code.chosen.undeclared, *code.chosen.asked)) is None:
        inside = f" (line {problem.line} of the template)" if problem.line else ""
        yield Finding(f"the chat template fails on one question of a user: {problem.message}{inside}", at=template.at(problem.line))
