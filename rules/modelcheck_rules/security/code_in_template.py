from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TemplateCode, rule


@rule(severity="error", since="0.1")
def code_in_template(code: TemplateCode) -> Iterator[Finding]:
    """The chat template tries to access Python internals.

    A chat template only needs to format messages. This one uses attributes that lead from a string to Python's classes, modules
    and files. An engine that renders templates without a sandbox runs the code on the server (CVE-2024-34359, CVE-2026-5760);
    an engine with a sandbox does not, so the attack goes unnoticed. The rule analyses the template's syntax tree, so harmless
    code such as `selectattr('role')` is not reported.

    ## Bad

    ```jinja chat_template.jinja
    {{ messages.__class__.__mro__[1].__subclasses__() }}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {{ messages | selectattr('role', 'equalto', 'user') | list | length }}{% for m in messages %}{{ m.content }}{% endfor %}
    ```

    ## Fix

    Do not serve this checkpoint. Report it to its publisher, and use a template from a source that you trust.
    """
    for place in code.places:
        for line, what in place.code[:3]:
            yield Finding(f"the chat template {what}, which no template needs", at=place.place.at(line))
