from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import hub_lists, language_codes, writing


@rule(severity="warning", since="0.1")
def language_unknown(card: ModelCard) -> Iterator[Finding]:
    """A language is not written as a code of the Hub's list.

    The Hub's filter finds ISO 639 codes of two or three letters, `code` and `multilingual`. A language's name is found by
    nobody.

    ## Bad

    ```markdown README.md
    ---
    license: apache-2.0
    language:
    - English
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    language:
    - en
    ---
    # Thing
    ```

    ## Fix

    Write the code. Programming languages go under `tags`, as does a region: `pt` with the tag `pt-br`.
    """
    unknown = []
    for node in card.nodes("language"):
        text = node.text or ""
        if text.strip().lower().replace("_", "-").partition("-")[0] in language_codes():
            continue
        code = hub_lists()["language_names"].get(text.strip().lower())
        if code:
            yield Finding(f"{text!r} is no language code; did you mean {code!r}?", at=node.span, fix=writing(node, code))
        else:
            unknown.append(node)
    if unknown:
        so = f" and {len(unknown) - 1} more are no language codes" if len(unknown) > 1 else " is no language code"
        yield Finding(f"{unknown[0].text!r}{so}", at=unknown[0].span)
