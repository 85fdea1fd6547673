from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import hub_lists, language_codes, replacing


@rule(severity="warning", since="0.1")
def language_unknown(card: ModelCard) -> Iterator[Finding]:
    """A language is not one of the Hub's language codes.

    The Hub's filter knows ISO 639 codes of two or three letters, `code` and `multilingual`. It does not find the name of a
    language.

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

    Use the language code. Programming languages belong under `tags`, and so do regions: `pt` with the tag `pt-br`.
    """
    unknown = []
    for node in card.nodes("language"):
        text = node.text or ""
        if text.strip().lower().replace("_", "-").partition("-")[0] in language_codes():
            continue
        code = hub_lists()["language_names"].get(text.strip().lower())
        if code:
            message = f"{text!r} is not a language code; did you mean {code!r}?"
            yield Finding(message, at=node.span, fix=replacing(node, code))
        else:
            unknown.append(node)
    if unknown:
        more = f" and {len(unknown) - 1} more are not language codes" if len(unknown) > 1 else " is not a language code"
        yield Finding(f"{unknown[0].text!r}{more}", at=unknown[0].span)
