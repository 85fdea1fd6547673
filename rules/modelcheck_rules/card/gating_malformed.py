from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

_TYPES = ("text", "checkbox", "date_picker", "country", "select", "ip_location")


@rule(severity="warning", since="0.1")
def gating_malformed(card: ModelCard) -> Iterator[Finding]:
    """The access form of a gated model has an invalid field.

    Each field of `extra_gated_fields` is `text`, `checkbox`, `date_picker`, `country`, `ip_location` or `select`, or a
    mapping with a `type`; a `select` needs `options`. The Hub does not show an invalid field and grants access without it.

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

    Use one of these types.
    """
    fields = card.front_matter.get("extra_gated_fields") if card.front_matter else None
    for name, node in fields.items() if fields else ():
        type_ = node.text if node.children is None else getattr(node.get("type"), "text", None)
        if type_ not in _TYPES:
            message = f"extra_gated_fields: {name!r} has the invalid type {type_!r}; use one of {', '.join(_TYPES)}"
            yield Finding(message, at=node.span)
        elif type_ == "select" and not list(node.get("options") or ()):
            yield Finding(f"extra_gated_fields: {name!r} is a select without options", at=node.span)
