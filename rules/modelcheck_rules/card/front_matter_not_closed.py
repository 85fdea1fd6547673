from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardLayout, Finding, rule


@rule(severity="warning", since="0.1")
def front_matter_not_closed(layout: CardLayout) -> Iterator[Finding]:
    """The front matter has no closing line.

    The closing `---` line is missing, so every tool treats the whole block as text: license, language and base model are lost.

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

    Add a line with `---` after the last key.
    """
    if layout.open is not None:
        yield Finding("the front matter has no closing ---, so tools ignore it", at=layout.at(layout.open))
