from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Edit, Finding, Fix, ModelCard, rule


@rule(severity="warning", since="0.1")
def language_read_as_false(card: ModelCard) -> Iterator[Finding]:
    """A language code without quotes is read as something else.

    YAML reads `no` as false, so a Norwegian model has no language; the Hub and conversion tools stop at it.

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
    for one in card.nodes("language"):
        if one.value is False and one.text and one.text.lower() == "no":
            fix = Fix('put "no" in quotes', (Edit(one.span, '"no"', expected=one.text),), safe=True)
            yield Finding("no is read as false, not as Norwegian", at=one.span, fix=fix)
