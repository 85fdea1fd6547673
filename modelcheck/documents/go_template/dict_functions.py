"""The functions of Go templates and sprig for mappings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from modelcheck.documents.go_template.data import Unfit, Value, mapping, plain, sequence, text_of
from modelcheck.documents.go_template.dict_merging import merged, own
from modelcheck.documents.go_template.traced import Text


def index(value: Value, *keys: Value) -> Value:
    """``index``: what is below the keys; nil for a missing one."""
    for key in keys:
        found = plain(key)
        if isinstance(found, Text):
            value = None if plain(value) is None else mapping(value).get(found.text)
        else:
            value = sequence(value)[_place(found)]
    return value


def _place(key: Value) -> int:
    if isinstance(key, int) and not isinstance(key, bool) and key >= 0:
        return key
    raise Unfit


def get(value: Value, key: Value) -> Value:
    """``get``: an entry, or an empty text."""
    return mapping(value).get(text_of(key).text, Text(""))


def dig(*arguments: Value) -> Value:
    """``dig``: an entry below keys, or the value before the mapping."""
    *keys, otherwise, value = arguments
    for key in keys:
        below = mapping(value)
        if text_of(key).text not in below:
            return otherwise
        value = below[text_of(key).text]
    return value


def made_dict(*pairs: Value) -> Value:
    """``dict``."""
    values = [*pairs, Text("")] if len(pairs) % 2 else list(pairs)
    return {text_of(key).text: value for key, value in zip(values[::2], values[1::2], strict=True)}


def put(value: Value, key: Value, entry: Value) -> Value:
    """``set``: a mapping that the template made is changed; one of a file is copied, never changed."""
    changed = own(value)
    changed[text_of(key).text] = entry
    return changed


def pick(value: Value, *keys: Value) -> Value:
    """``pick``."""
    wanted = {text_of(key).text for key in keys}
    return {key: one for key, one in mapping(value).items() if key in wanted}


def omit(value: Value, *keys: Value) -> Value:
    """``omit``."""
    unwanted = {text_of(key).text for key in keys}
    return {key: one for key, one in mapping(value).items() if key not in unwanted}


DICT_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "index": index, "get": get, "dig": dig, "dict": made_dict, "set": put, "merge": merged, "mustMerge": merged,
    "mergeOverwrite": partial(merged, overwrite=True), "pick": pick, "omit": omit, "unset": omit,
    "hasKey": lambda value, key: text_of(key).text in mapping(value), "values": lambda value: list(mapping(value).values()),
    "keys": lambda *values: [Text(key) for value in values for key in mapping(value)],
}  # fmt: skip
