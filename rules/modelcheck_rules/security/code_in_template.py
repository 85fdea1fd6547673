from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TemplateCode, rule


@rule(severity="error", since="0.1")
def code_in_template(code: TemplateCode) -> Iterator[Finding]:
    """The chat template reaches for Python's inside.

    A template formats messages; this one asks for what leads from a text to Python's classes, modules and files. In an engine
    that renders without a sandbox it runs code on the server (CVE-2024-34359, CVE-2026-5760); in one with a sandbox it does
    nothing, which hides it. The template's syntax tree is looked at, so `selectattr('role')` is innocent.

    ## Bad

    ```jinja chat_template.jinja
    {{ messages.__class__.__mro__[1].__subclasses__() }}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {{ messages | selectattr('role', 'equalto', 'user') | list | length }}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Do not serve this checkpoint. Tell its publisher, and take the template from a source that you trust.
    """
    for place in code.places:
        for line, what in place.code[:3]:
            yield Finding(f"the chat template {what}, which no template needs", at=place.place.at(line))
