from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TemplateCode, rule


@rule(severity="note", since="0.1")
def depends_on_date(code: TemplateCode) -> Iterator[Finding]:
    """The chat template writes today's date.

    The same conversation renders differently every day, so tests and evaluations do not repeat, and caches of prompts end
    at midnight.

    ## Bad

    ```jinja chat_template.jinja
    Today is {{ strftime_now('%d %B %Y') }}. {% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% if date_string is defined %}Today is {{ date_string }}.{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Nothing, where the model needs the date. In evaluations, send `date_string`, which such templates take instead.
    """
    for place in code.places:
        for line, _ in place.dates[:1]:
            yield Finding("the chat template writes today's date, so what it renders changes every day", at=place.place.at(line))
