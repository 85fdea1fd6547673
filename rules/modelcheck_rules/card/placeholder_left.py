from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, lazy, rule

_LEFT = lazy(
    r"\[More Information Needed\]|\{\{ ?\w+( ?\| ?default\([^)]*\))? ?\}\}|\bTODO:|\bFIXME\b|\[INSERT[^\]]*\]|"
    r"[Ll]orem ipsum|\[(?:your|Your|YOUR)[ _-][^\]]{2,40}\](?!\()|\byour-username/|"
    r"This modelcard aims to be a base template"
)


@rule(severity="warning", since="0.1")
def placeholder_left(text: CardText) -> Iterator[Finding]:
    """A placeholder was left in the card.

    The Hub's template and training tools fill cards with sentences to be replaced. Left in, they tell readers that nobody
    looked.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    ---
    # Thing

    **Developed by:** [More Information Needed]
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    ---
    # Thing

    **Developed by:** Acme
    ```

    ## Fix

    Write what is asked for, or take the line out.
    """
    found = [(number, hit.group()) for number, line in text.prose if (hit := _LEFT.search(line[:1000]))]
    if found:
        more = f", and {len(found) - 1} lines more with one" if len(found) > 1 else ""
        yield Finding(f"{found[0][1]!r} was left in the card{more}", at=text.at(found[0][0]))
