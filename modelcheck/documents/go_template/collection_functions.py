"""The functions of Go templates and sprig for lists and mappings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from modelcheck.documents.go_template.data import MAX_ITEMS, Unfit, Value, kind_of, mapping, plain, sequence, text_of, truth
from modelcheck.documents.go_template.traced import Text


def items_of(value: Value) -> dict[str, Value]:
    """A copy of a mapping's entries."""
    return dict(mapping(value))


def _own(value: Value) -> dict[str, Value]:
    """A mapping that may be changed: the template's own as it is, a copy of one of a file."""
    return value if isinstance(value, dict) else items_of(value)


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
    changed = _own(value)
    changed[text_of(key).text] = entry
    return changed


def merged(*values: Value, overwrite: bool = False) -> Value:
    """``merge``: of two entries the first that is not empty counts; the last one in ``mergeOverwrite``."""
    made = _own(values[0])
    for value in values[1:]:
        _merge(made, value, 0, [0], overwrite=overwrite)
    return made


def _merge(made: dict[str, Value], above: Value, depth: int, count: list[int], *, overwrite: bool) -> None:
    """Add to the first mapping what the second has. A mapping below it is copied first: it may be part of another value."""
    for key, value in mapping(above).items():
        count[0] += 1
        if depth > 60 or count[0] > MAX_ITEMS:
            raise Unfit
        known = made.get(key)
        if key in made and kind_of(known) == "map" and kind_of(value) == "map":
            below = items_of(known)
            _merge(below, value, depth + 1, count, overwrite=overwrite)
            made[key] = below
        elif overwrite or not truth(known):
            made[key] = value


def pick(value: Value, *keys: Value) -> Value:
    """``pick``."""
    wanted = {text_of(key).text for key in keys}
    return {key: one for key, one in mapping(value).items() if key in wanted}


def omit(value: Value, *keys: Value) -> Value:
    """``omit``."""
    unwanted = {text_of(key).text for key in keys}
    return {key: one for key, one in mapping(value).items() if key not in unwanted}


def _appended(value: Value, *more: Value) -> list[Value]:
    return [*sequence(value), *more]


def _concatenated(*values: Value) -> list[Value]:
    if sum(len(sequence(value)) for value in values) > MAX_ITEMS:
        raise Unfit
    return [one for value in values for one in sequence(value)]


def _compact(value: Value) -> list[Value]:
    return [one for one in sequence(value) if truth(one)]


def _unique(value: Value) -> list[Value]:
    found = dict[str, Value]()
    for one in sequence(value):
        found.setdefault(text_of(one).text, one)
    return list(found.values())


def _sorted(value: Value) -> list[Value]:
    return [*sorted((text_of(one) for one in sequence(value)), key=lambda one: one.text)]


COLLECTION_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "index": index, "get": get, "dig": dig, "dict": made_dict, "set": put, "merge": merged, "mustMerge": merged,
    "mergeOverwrite": partial(merged, overwrite=True), "pick": pick, "omit": omit, "unset": omit,
    "append": _appended, "mustAppend": _appended, "concat": _concatenated, "compact": _compact, "uniq": _unique,
    "sortAlpha": _sorted, "list": lambda *values: list(values), "tuple": lambda *values: list(values),
    "deepCopy": lambda value: value,
    "hasKey": lambda value, key: text_of(key).text in mapping(value), "values": lambda value: list(mapping(value).values()),
    "keys": lambda *values: [Text(key) for value in values for key in mapping(value)],
    "first": lambda value: sequence(value)[0] if sequence(value) else None,
    "last": lambda value: sequence(value)[-1] if sequence(value) else None, "rest": lambda value: list(sequence(value))[1:],
    "initial": lambda value: list(sequence(value))[:-1], "reverse": lambda value: list(sequence(value))[::-1],
    "prepend": lambda value, one: [one, *sequence(value)],
}  # fmt: skip
