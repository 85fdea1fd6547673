from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TemplateCode, rule


@rule(severity="note", since="0.1")
def depends_on_date(code: TemplateCode) -> Iterator[Finding]:
    """The chat template inserts the current date.

    The same conversation renders differently every day, so tests and evaluations are not reproducible, and prompt caches become
    invalid at midnight.

    ## Bad

    ```jinja chat_template.jinja
    Today is {{ strftime_now('%d %B %Y') }}. {% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% if date_string is defined %}Today is {{ date_string }}.{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Nothing has to change if the model needs the date. In evaluations, pass `date_string`, which such templates use instead.
    """
    for place in code.places:
        for line, _ in place.dates[:1]:
            message = "the chat template inserts the current date, so prompts change every day"
            yield Finding(message, at=place.place.at(line))
