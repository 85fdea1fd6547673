from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="error", since="0.1")
def never_finishes(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template needs excessive time or memory to render a short conversation.

    Engines render the template in the server process: a single chat request stalls or crashes the server for all users.

    ## Bad

    ```jinja chat_template.jinja
    {% for message in messages %}{{ message.content * 999999999 }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for message in messages %}{{ message.content }}{% endfor %}
    ```

    ## Fix

    Remove the loop or the repetition. Do not serve a checkpoint with such a template from an untrusted source.
    """
    problems = [template.problem, *(rendering.problem(shape) for shape in rendering.shapes)]
    found = next((problem for problem in problems if problem and problem.kind in ("time", "memory")), None)
    if found:
        yield Finding(f"the chat template {found.message}", at=template.at())
