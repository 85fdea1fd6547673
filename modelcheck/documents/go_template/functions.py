"""The functions of Go templates and sprig that charts use, by name. One that is not here gives an unknown value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from modelcheck.documents.go_template.data import (
    UNKNOWN,
    Unfit,
    Unknown,
    Value,
    equal,
    integer,
    kind_of,
    less,
    number,
    plain,
    text_of,
    truth,
    values_of,
)
from modelcheck.documents.go_template.dict_functions import DICT_FUNCTIONS
from modelcheck.documents.go_template.list_functions import LIST_FUNCTIONS
from modelcheck.documents.go_template.number_functions import of_integers, product, sequence_text, until
from modelcheck.documents.go_template.text_functions import TEXT_FUNCTIONS, as_text
from modelcheck.documents.go_template.traced import Text
from modelcheck.documents.go_template.yaml_text import from_yaml
from modelcheck.documents.yamlfile import parse_yaml_text
from modelcheck.errors import Broken

TOLERANT = frozenset(
    ("default", "coalesce", "ternary", "list", "tuple", "dict", "set", "merge", "mergeOverwrite", "mustMerge", "append", "prepend",
     "mustAppend", "concat", "first", "last", "rest", "index", "get", "hasKey", "deepCopy", "pick", "omit", "kindIs")
)  # fmt: skip
"""Functions that can be called with unknown values: what they pick may be known."""


def default(otherwise: Value, *given: Value) -> Value:
    """``default``: the value, if it is not empty."""
    if not given:
        return otherwise
    true = truth(given[-1])
    return UNKNOWN if true is None else given[-1] if true else otherwise


def coalesce(*values: Value) -> Value:
    """``coalesce``: the first value that is not empty."""
    for value in values:
        true = truth(value)
        if true is not False:
            return value
    return None


def ternary(yes: Value, no: Value, condition: Value) -> Value:
    """``ternary``."""
    found = plain(condition)
    return (yes if found else no) if isinstance(found, bool) else UNKNOWN


def length(value: Value) -> int:
    """``len``."""
    found = plain(value)
    return len(found.text.encode()) if isinstance(found, Text) else len(values_of(value))


def parsed(value: Value) -> Value:
    """``fromYaml``: a mapping."""
    try:
        documents = parse_yaml_text("", text_of(value).text)
    except Broken:
        raise Unfit from None
    return from_yaml(documents[0].plain()) if documents else {}


def parsed_json(value: Value) -> Value:
    """``fromJson``."""
    try:
        return from_yaml(json.loads(text_of(value).text))
    except (ValueError, RecursionError):
        raise Unfit from None


def semver_compare(constraint: Value, version: Value) -> Value:
    """``semverCompare``: true for one lower bound that is met; unknown otherwise."""
    wanted = re.fullmatch(r"\s*>=?\s*v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-\w*)?\s*", text_of(constraint).text)
    found = re.match(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?", text_of(version).text)
    if wanted and found and [int(one or 0) for one in found.groups()] > [int(one or 0) for one in wanted.groups()]:
        return True
    return UNKNOWN


def kind_is(kind: Value, value: Value) -> Value:
    """``kindIs``, ``typeIs``."""
    if isinstance(value, Unknown):
        return UNKNOWN
    wanted = {"map[string]interface {}": "map", "[]interface {}": "slice"}.get(text_of(kind).text, text_of(kind).text)
    return kind_of(value) == wanted


FUNCTIONS: dict[str, Callable[..., Value]] = {
    **TEXT_FUNCTIONS,
    **DICT_FUNCTIONS,
    **LIST_FUNCTIONS,
    "default": default, "coalesce": coalesce, "ternary": ternary, "empty": lambda value: not truth(value),
    "not": lambda value: not truth(value), "len": length, "until": until, "untilStep": until, "seq": sequence_text,
    "toStrings": lambda value: [as_text(one) for one in values_of(value)], "fromYaml": parsed, "fromYamlArray": parsed,
    "fromJson": parsed_json, "semverCompare": semver_compare, "kindIs": kind_is, "typeIs": kind_is,
    "kindOf": lambda value: Text(kind_of(value)), "typeOf": lambda value: Text(kind_of(value)),
    "eq": lambda one, *others: any(equal(one, other) for other in others), "ne": lambda one, other: not equal(one, other),
    "lt": less, "ge": lambda one, other: not less(one, other), "gt": lambda one, other: less(other, one),
    "le": lambda one, other: not less(other, one), "int": integer, "int64": integer, "toDecimal": integer,
    "float64": lambda value: float(number(value)), "add": of_integers(lambda *numbers: sum(numbers)),
    "add1": of_integers(lambda one: one + 1), "sub": of_integers(lambda one, other: one - other),
    "mul": of_integers(lambda one, *others: product(one, others)), "max": of_integers(max), "min": of_integers(min),
    "div": of_integers(lambda one, other: int(one / other)),
    "mod": of_integers(lambda one, other: one - int(one / other) * other),
    "lookup": lambda *_: {}, "fail": lambda *_: UNKNOWN,
}  # fmt: skip
