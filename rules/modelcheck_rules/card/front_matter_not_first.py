from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardLayout, Finding, rule


@rule(severity="warning", since="0.1")
def front_matter_not_first(layout: CardLayout) -> Iterator[Finding]:
    """The front matter stands behind text, where no reader looks for it.

    The Hub, huggingface_hub and engines read the block between two lines of `---` at the very top. Further down it is text:
    licence, language and base model are not known to anybody.

    ## Bad

    ```markdown README.md
    # Thing

    ---
    license: apache-2.0
    language: en
    ---
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing
    ```

    ## Fix

    Move the block to the first line of the file.
    """
    if layout.late is not None:
        yield Finding("this looks like front matter, but text stands before it, so nobody reads it", at=layout.at(layout.late))
