from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Edit, Finding, Fix, ModelCard, rule


@rule(severity="warning", since="0.1")
def language_read_as_false(card: ModelCard) -> Iterator[Finding]:
    """The language code `no` is not quoted, so YAML reads it as false.

    A Norwegian model then has no language, and the Hub and conversion tools fail on the value.

    ## Bad

    ```markdown README.md
    ---
    license: apache-2.0
    language:
    - en
    - no
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    language:
    - en
    - "no"
    ---
    # Thing
    ```

    ## Fix

    Put the code in quotes: `"no"`.
    """
    for node in card.nodes("language"):
        if node.value is False and node.text and node.text.lower() == "no":
            fix = Fix('put "no" in quotes', (Edit(node.span, '"no"', expected=node.text),), safe=True)
            yield Finding("the language code no is read as false, not as Norwegian: put it in quotes", at=node.span, fix=fix)
