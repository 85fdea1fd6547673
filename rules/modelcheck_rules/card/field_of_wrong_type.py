from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

_TEXT, _MANY = ((str,), "a string"), ((str, list), "a string or a list of strings")
_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "license": ((str, list), "a string"), "license_name": _TEXT, "license_link": _TEXT, "library_name": _TEXT,
    "pipeline_tag": _TEXT, "language": ((str, list, bool), "a code or a list of codes"), "tags": ((list,), "a list of strings"),
    "datasets": _MANY, "metrics": _MANY, "base_model": _MANY, "base_model_relation": _TEXT, "new_version": _TEXT,
    "model-index": ((list,), "a list"), "widget": ((list, bool), "a list"), "thumbnail": _TEXT,
    "co2_eq_emissions": ((int, float, dict), "a number or a mapping"),
    "inference": ((bool, dict, str), "true, false or a mapping"), "extra_gated_prompt": _TEXT, "extra_gated_heading": _TEXT,
    "extra_gated_description": _TEXT, "extra_gated_button_content": _TEXT, "extra_gated_fields": ((dict,), "a mapping"),
    "extra_gated_eu_disallowed": ((bool,), "true or false"), "model_name": _TEXT,
}  # fmt: skip
_TEXTS = ("tags", "datasets", "metrics", "base_model", "language")


def _shown(value: object) -> str:
    names = {dict: "a mapping", list: "a list", str: "a string", type(None): "null", bool: "true" if value else "false"}
    return names.get(type(value)) or repr(value)[:60]


@rule(severity="warning", since="0.1")
def field_of_wrong_type(card: ModelCard) -> Iterator[Finding]:
    """A field of the front matter has the wrong type.

    The Hub rejects the card or ignores the field, and tools that read it fail. Usual causes: a string that contains a colon, a
    number without quotes, a single string where a list is expected, and an empty entry of a list (`- null`), which trainers write.

    ## Bad

    ```markdown README.md
    ---
    license: apache-2.0
    tags: chat, english
    library_name:
    - transformers
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    tags:
    - chat
    library_name: transformers
    ---
    # Thing
    ```

    ## Fix

    Change the field to the type named in the finding.
    """
    for key, (kinds, wanted) in _TYPES.items():
        value = card.data.get(key)
        if value is None:
            continue
        fits = isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds)
        if not fits:
            yield Finding(f"{key} is {_shown(value)}, expected {wanted}", at=card.at(key))
        elif isinstance(value, list) and key in _TEXTS:
            wrong = [item for item in value if not isinstance(item, str) and item is not False]
            if wrong:
                yield Finding(f"{key} contains {_shown(wrong[0])}, expected strings only", at=card.at(key))
