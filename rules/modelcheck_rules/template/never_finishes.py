from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, rule


@rule(severity="error", since="0.1")
def never_finishes(template: ChatTemplate, rendering: Rendering) -> Iterator[Finding]:
    """The chat template takes more time or memory for one short conversation than any server has.

    An engine renders the template in its own process: one chat request then stalls or ends the server for everybody.

    ## Bad

    ```jinja chat_template.jinja
    {% for message in messages %}{{ message.content * 999999999 }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for message in messages %}{{ message.content }}{% endfor %}
    ```

    ## Fix

    Take the loop or the repetition out. Do not serve a checkpoint with such a template from an untrusted source.
    """
    problems = [template.problem, *(rendering.problem(shape) for shape in rendering.shapes)]
    found = next((problem for problem in problems if problem and problem.kind in ("time", "memory")), None)
    if found:
        yield Finding(f"the chat template {found.message}", at=template.at())
