from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardLayout, Finding, rule


@rule(severity="note", since="0.1")
def before_front_matter(layout: CardLayout) -> Iterator[Finding]:
    """Something that is not seen stands before the front matter.

    huggingface_hub passes over empty lines and a byte-order mark. Other readers want `---` in the first bytes of the file,
    and take the whole block for text.

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

    Delete what stands before the first `---`; save the file as UTF-8 without a mark.
    """
    if layout.mark:
        yield Finding("a byte-order mark stands before the front matter", at=layout.at())
    if layout.blank:
        yield Finding(f"{layout.blank} empty line{'s' if layout.blank > 1 else ''} before the front matter", at=layout.at())
