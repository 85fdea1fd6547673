from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardLayout, Finding, rule


@rule(severity="warning", since="0.1")
def front_matter_not_closed(layout: CardLayout) -> Iterator[Finding]:
    """The front matter has no end.

    The closing line of `---` is missing, so the whole block is text to every reader: licence, language and base model are
    not known to anybody.

    ## Bad

    ```markdown README.md
    ---
    license: apache-2.0
    language: en

    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing
    ```

    ## Fix

    Put a line of `---` behind the last key.
    """
    if layout.open is not None:
        yield Finding("the front matter has no closing ---, so nobody reads it", at=layout.at(layout.open))
