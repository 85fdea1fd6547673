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
    for node in card.nodes("language"):
        text = node.text or ""
        main = text.strip().lower().replace("_", "-").partition("-")[0]
        if main in language_codes():
            continue
        code = hub_lists()["language_names"].get(text.strip().lower())
        near = f"; did you mean {code!r}?" if code else ""
        yield Finding(f"{text!r} is no language code{near}", at=node.span, fix=writing(node, code))
