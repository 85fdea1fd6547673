from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Fix, ModelCard, Node, lazy, rule

from modelcheck_rules.card._lists import hub_lists, language_codes, replacing

_REGIONAL = lazy(r"(?P<code>[a-z]{2,3})[-_]\w+")


def _without_region(node: Node, code: str) -> Fix | None:
    """Return the fix that shortens ``es-ES`` to ``es``. It is not safe: the region is lost, and ``es`` may be listed already."""
    fix = replacing(node, code)
    return Fix(fix.title, fix.edits) if fix else None


@rule(severity="warning", since="0.1")
def language_unknown(card: ModelCard) -> Iterator[Finding]:
    """A language is not one of the Hub's language codes.

    The Hub accepts ISO 639 codes of two or three letters, `code` and `multilingual`. It rejects a card with a region (`es-ES`,
    `zh-CN`), and its filter does not find the name of a language.

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

    Use the language code. Programming languages belong under `tags`, regions under `language_bcp47`: `pt` with `pt-BR` there.
    """
    unknown = []
    for node in card.nodes("language"):
        text = node.text or ""
        if text.strip().lower() in language_codes():
            continue
        regional = _REGIONAL.fullmatch(text.strip().lower())
        if regional and regional["code"] in language_codes():
            message = f"{text!r} is not a language code of the Hub, which takes no region or script; use {regional['code']!r}"
            yield Finding(message, at=node.span, fix=_without_region(node, regional["code"]))
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
