from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

_KINDS = ("text", "checkbox", "date_picker", "country", "select", "ip_location")


@rule(severity="warning", since="0.1")
def gating_malformed(card: ModelCard) -> Iterator[Finding]:
    """The form of a gated model has a field that the Hub does not show.

    Each field of `extra_gated_fields` is `text`, `checkbox`, `date_picker`, `country`, `ip_location` or `select`, or a
    mapping with a `type`; a `select` needs `options`. What is misspelt is not asked, and access is given without it.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    extra_gated_fields:
      Company: text
      I agree: checkmark
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    extra_gated_fields:
      Company: text
      I agree: checkbox
    ---
    # Thing
    ```

    ## Fix

    Write one of the types.
    """
    fields = card.front_matter.get("extra_gated_fields") if card.front_matter else None
    for name, node in fields.items() if fields else ():
        kind = node.text if node.children is None else getattr(node.get("type"), "text", None)
        if kind not in _KINDS:
            yield Finding(f"{name!r} is of the type {kind!r}, none of {', '.join(_KINDS)}", at=node.span)
        elif kind == "select" and not list(node.get("options") or ()):
            yield Finding(f"{name!r} is a select without options", at=node.span)
