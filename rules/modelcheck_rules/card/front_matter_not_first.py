from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardLayout, Finding, rule


@rule(severity="warning", since="0.1")
def front_matter_not_first(layout: CardLayout) -> Iterator[Finding]:
    """The front matter is not at the start of the card, so tools ignore it.

    The Hub, huggingface_hub and engines read the block between two `---` lines at the very top of the file. Anywhere else it is
    plain text: license, language and base model are lost.

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
        yield Finding("this looks like front matter, but text precedes it, so tools ignore it", at=layout.at(layout.late))
