from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardLayout, Finding, rule


@rule(severity="note", since="0.1")
def before_front_matter(layout: CardLayout) -> Iterator[Finding]:
    """A byte-order mark or empty lines precede the front matter.

    huggingface_hub ignores empty lines and a byte-order mark. Other tools require `---` in the first bytes of the file; otherwise
    they treat the whole block as text.

    ## Bad

    ```markdown README.md


    ---
    license: apache-2.0
    ---
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

    Delete everything before the first `---` and save the file as UTF-8 without a byte-order mark.
    """
    if layout.mark:
        yield Finding("a byte-order mark precedes the front matter", at=layout.at())
    if layout.blank:
        lines = "1 empty line precedes" if layout.blank == 1 else f"{layout.blank} empty lines precede"
        yield Finding(f"{lines} the front matter", at=layout.at())
