"""The values of a template's evaluation: nodes of YAML files, texts that know their origin, and what functions make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Union

from modelcheck.documents.go_template.traced import Text
from modelcheck.documents.yamlfile import Node
from modelcheck.records import record


class Unknown:
    """A value that cannot be known here: of a cluster, of a file that was not read, or after an error."""

    __slots__ = ()


class Unfit(Exception):  # noqa: N818 - not an error of ours: the value is unknown
    """Raised by functions for arguments that they do not take."""


@record()
class Method:
    """A function that is a field of an object, as ``.Files.Get``."""

    call: Callable[..., Value]


UNKNOWN = Unknown()
Value = Union["Node", "Text", "Unknown", "Method", bool, int, float, None, dict[str, "Value"], list["Value"]]
MAX_TEXT = 512 * 1024
"""Characters that a value, and a template's result, may have at most."""
MAX_ITEMS = 100_000


def plain(value: Value) -> Value:
    """A scalar of a YAML file as bool, number, None or text; other values as they are."""
    if not isinstance(value, Node) or value.text is None:
        return value
    found = value.value
    if isinstance(found, str):
        return Text.of(value.text, value, 0)
    return found  # type: ignore[no-any-return] # a bool, a number or None


def written(value: Value) -> Text:
    """A value as an action writes it. Raises Unfit for one that no template writes on purpose, or that is unknown."""
    found = plain(value)
    if isinstance(found, Text):
        return found
    made = number_text(found)
    if isinstance(value, Node):
        text = made if isinstance(found, bool) else value.text or made
        return Text.of(text, value, 0 if text == value.text else -1)
    return Text(made)


def number_text(value: Value) -> str:
    """A number or a boolean as Go writes it. Raises Unfit for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) >= 10**100:
            raise Unfit
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    raise Unfit


def truth(value: Value) -> bool | None:
    """Whether a value is true in a condition: not empty, not zero; None where it is unknown."""
    found = plain(value)
    if isinstance(found, Unknown):
        return None
    if isinstance(found, Text):
        return bool(found.text)
    if isinstance(found, Node):
        return bool(found.children if found.children is not None else found.elements)
    return isinstance(found, Method) or bool(found)


def mapping(value: Value) -> Mapping[str, Value]:
    """The entries of a mapping. Raises Unfit for other values."""
    if isinstance(value, dict):
        return value
    if isinstance(value, Node) and value.children is not None:
        return value.children
    raise Unfit


def sequence(value: Value) -> Sequence[Value]:
    """The elements of a list. Raises Unfit for other values."""
    if isinstance(value, list):
        return value
    if isinstance(value, Node) and value.elements is not None:
        return value.elements
    raise Unfit


def text_of(value: Value) -> Text:
    """A text. Raises Unfit for a value of another kind."""
    found = plain(value)
    if isinstance(found, Text):
        return found
    raise Unfit


def kind_of(value: Value) -> str:
    """Go's name of a value's kind, as ``kindOf`` has it."""
    found = plain(value)
    if found is None:
        return "invalid"
    if isinstance(found, bool):
        return "bool"
    if isinstance(found, int | float):
        return "float64" if isinstance(value, Node) or isinstance(found, float) else "int"
    if isinstance(found, Text):
        return "string"
    if isinstance(found, dict) or (isinstance(found, Node) and found.children is not None):
        return "map"
    if isinstance(found, list | Node):
        return "slice"
    raise Unfit


def integer(value: Value) -> int:
    """A whole number, as sprig's ``int`` reads it: 0 for what is none. Raises Unfit for an unknown value."""
    found = plain(value)
    if isinstance(found, Unknown | Method):
        raise Unfit
    if isinstance(found, Text):
        text = found.text.strip()
        return int(text) if text.lstrip("+-").isdecimal() and len(text) < 20 else 0
    if isinstance(found, int | float):
        return int(found) if abs(found) < 2**63 else 0
    return 0


def number(value: Value) -> int | float:
    """A number. Raises Unfit for a value of another kind."""
    found = plain(value)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return found
    raise Unfit


def equal(one: Value, other: Value) -> bool:
    """Whether two scalars are equal. Raises Unfit for values that Go does not compare."""
    first, second = plain(one), plain(other)
    if isinstance(first, Text) and isinstance(second, Text):
        return first.text == second.text
    if first is None or second is None:
        return first is None and second is None
    if isinstance(first, bool) or isinstance(second, bool):
        if isinstance(first, bool) and isinstance(second, bool):
            return first == second
        raise Unfit
    return number(first) == number(second)


def less(one: Value, other: Value) -> bool:
    """Whether the first of two numbers or texts is less. Raises Unfit for values that Go does not compare."""
    first, second = plain(one), plain(other)
    if isinstance(first, Text) and isinstance(second, Text):
        return first.text < second.text
    return number(first) < number(second)


def entries_of(value: Value) -> list[tuple[Value, Value]]:
    """The elements of a list with their places, or the values of a mapping with their keys, in the order of ``range``."""
    try:
        return list(enumerate(sequence(value)))
    except Unfit:
        return [(Text(key), one) for key, one in sorted(mapping(value).items(), key=lambda item: item[0])]


def values_of(value: Value) -> list[Value]:
    """The elements of a list or the values of a mapping, in the order in which ``range`` has them."""
    return [one for _, one in entries_of(value)]
