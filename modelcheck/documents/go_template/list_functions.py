"""The functions of Go templates and sprig for lists."""

from __future__ import annotations

from collections.abc import Callable

from modelcheck.documents.go_template.data import MAX_ITEMS, Unfit, Value, sequence, text_of, truth


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


LIST_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "append": _appended, "mustAppend": _appended, "concat": _concatenated, "compact": _compact, "uniq": _unique,
    "sortAlpha": _sorted, "list": lambda *values: list(values), "tuple": lambda *values: list(values),
    "deepCopy": lambda value: value,
    "first": lambda value: sequence(value)[0] if sequence(value) else None,
    "last": lambda value: sequence(value)[-1] if sequence(value) else None, "rest": lambda value: list(sequence(value))[1:],
    "initial": lambda value: list(sequence(value))[:-1], "reverse": lambda value: list(sequence(value))[::-1],
    "prepend": lambda value, one: [one, *sequence(value)],
}  # fmt: skip
