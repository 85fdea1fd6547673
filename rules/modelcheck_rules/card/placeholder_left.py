from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, lazy, rule

_PLACEHOLDER = lazy(
    r"\[More Information Needed\]|\{\{ ?(?:model|card|bias|out_of|direct|downstream|training|testing|results|hardware|citation|"
    r"hours|cloud|co2|compute|get_started|developers|funded_by|shared_by|base_model|preprocessing|speeds|more_info)\w*[^{}]{0,80}\}\}|"
    r"\bTODO:|\bFIXME\b|\[INSERT[^\]]*\]|[Ll]orem ipsum|\byour-username/|This modelcard aims to be a base template|"
    r"\[(?i:your)[ _-](?i:model|repo|dataset|organi[sz]ation|username|licen[cs]e|paper|name here)[^\]]{0,40}\](?!\()"
)


@rule(severity="warning", since="0.1")
def placeholder_left(text: CardText) -> Iterator[Finding]:
    """The card contains an unfilled placeholder.

    The Hub's card template and training tools create cards with placeholders to be replaced. If they remain, readers miss the
    information and doubt the rest of the card. Variables of a prompt format, such as `{{user}}`, are not reported.

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

    Fill in the information, or remove the line.
    """
    found = [(number, hit.group()) for number, line in text.prose if (hit := _PLACEHOLDER.search(line[:1000]))]
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield Finding(f"unfilled placeholder: {found[0][1]!r}{more}", at=text.at(found[0][0]))
