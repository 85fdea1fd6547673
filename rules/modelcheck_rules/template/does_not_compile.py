from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, rule


@rule(severity="error", since="0.1")
def does_not_compile(template: ChatTemplate) -> Iterator[Finding]:
    """The chat template is not valid Jinja.

    Every engine compiles the template when the first chat request comes, not when it starts: the server looks healthy until
    somebody uses it.

    ## Bad

    ```jinja chat_template.jinja
    {% for message in messages %}{{ message.content }}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for message in messages %}{{ message.content }}{% endfor %}
    ```

    ## Fix

    Correct the template at the line that the finding names. In a JSON file the line is the template's own.
    """
    if template.problem and template.problem.kind == "syntax":
        inside = f" (line {template.problem.line} of the template)" if template.problem.line else ""
        yield Finding(
            f"the chat template does not compile: {template.problem.message}{inside}",
            at=template.at(template.problem.line),
        )
