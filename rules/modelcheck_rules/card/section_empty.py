from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, rule


@rule(severity="note", since="0.1")
def section_empty(text: CardText) -> Iterator[Finding]:
    """A section of the card has a heading and nothing below it.

    Readers take it for a promise that was forgotten.

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

    Fill it, or take the heading out.
    """
    empty = [section for section in text.sections if section.empty and section.level > 1]
    if empty:
        so = f" and {len(empty) - 1} more have nothing below them" if len(empty) > 1 else " has nothing below it"
        yield Finding(f"the section {empty[0].title[:60]!r}{so}", at=text.at(empty[0].line))
