from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, rule


@rule(severity="note", since="0.1")
def section_empty(text: CardText) -> Iterator[Finding]:
    """A section of the card is empty.

    Readers expect the information that the heading announces.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    ---
    # Thing

    ### Limitations

    ### Training

    Trained on logbooks.
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    ---
    # Thing

    ### Training

    Trained on logbooks.
    ```

    ## Fix

    Fill the section, or remove the heading.
    """
    empty = [section for section in text.sections if section.empty and section.level > 1]
    if empty:
        more = f" and {len(empty) - 1} more are empty" if len(empty) > 1 else " is empty"
        yield Finding(f"the section {empty[0].title[:60]!r}{more}", at=text.at(empty[0].line))
