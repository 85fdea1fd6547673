from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TemplateCode, rule


@rule(severity="error", since="0.1")
def does_not_compile(code: TemplateCode) -> Iterator[Finding]:
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
    for one in code.places:
        if one.problem and one.problem.kind == "syntax":
            inside = f" (line {one.problem.line} of the template)" if one.problem.line else ""
            called = "" if one.place.name == "default" else f" {one.place.name!r}"
            message = f"the chat template{called} does not compile: {one.problem.message}{inside}"
            yield Finding(message, at=one.place.at(one.problem.line))
