from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TemplateCode, rule


@rule(severity="error", since="0.1")
def does_not_compile(code: TemplateCode) -> Iterator[Finding]:
    """The chat template is not valid Jinja.

    Engines compile the template at the first chat request, not at startup: the server looks healthy until someone uses it.

    ## Bad

    ```jinja chat_template.jinja
    {% for message in messages %}{{ message.content }}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for message in messages %}{{ message.content }}{% endfor %}
    ```

    ## Fix

    Correct the template at the line named in the finding. For a template in a JSON file, it is the line within the template.
    """
    for place in code.places:
        if place.problem and place.problem.kind == "syntax":
            inside = f" (line {place.problem.line} of the template)" if place.problem.line else ""
            name = "" if place.place.name == "default" else f" {place.place.name!r}"
            message = f"the chat template{name} does not compile: {place.problem.message}{inside}"
            yield Finding(message, at=place.place.at(place.problem.line))
