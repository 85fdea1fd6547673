from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, lazy, rule

_LEFT = lazy(
    r"\[More Information Needed\]|\{\{ ?(?:model|card|bias|out_of|direct|downstream|training|testing|results|hardware|citation|"
    r"hours|cloud|co2|compute|get_started|developers|funded_by|shared_by|base_model|preprocessing|speeds|more_info)\w*[^{}]{0,80}\}\}|"
    r"\bTODO:|\bFIXME\b|\[INSERT[^\]]*\]|[Ll]orem ipsum|\byour-username/|This modelcard aims to be a base template|"
    r"\[(?i:your)[ _-](?i:model|repo|dataset|organi[sz]ation|username|licen[cs]e|paper|name here)[^\]]{0,40}\](?!\()"
)


@rule(severity="warning", since="0.1")
def placeholder_left(text: CardText) -> Iterator[Finding]:
    """A placeholder was left in the card.

    The Hub's template and training tools fill cards with sentences to be replaced. Left in, they tell readers that nobody
    looked. Words such as `{{user}}`, which a format of prompts is described by, are none.

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
        more = f", the first of {len(found)} lines with one" if len(found) > 1 else ""
        yield Finding(f"{found[0][1]!r} was left in the card{more}", at=text.at(found[0][0]))
