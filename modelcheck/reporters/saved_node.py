"""Strict access to a JSON value that a stranger may have written: each part has the type that is asked for, or is an error."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from modelcheck.errors import Misuse

_LARGEST = 2**53


class Node:
    """A JSON value with its path, such as ``findings[3].severity``. Each method raises Misuse for another type."""

    def __init__(self, value: Any, path: str = "") -> None:
        self.value = value
        self.path = path

    def wrong(self, wanted: str) -> Misuse:
        """The error that this value is not ``wanted``."""
        return Misuse(f"{self.path or 'the report'} must be {wanted}")

    def get(self, key: str) -> Node:
        """A part of an object; null if it is missing, as in reports of older versions."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return Node(self.value.get(key), f"{self.path}.{key}" if self.path else key)

    def each(self, key: str) -> Iterator[Node]:
        """The parts of the list at ``key``; none if it is missing."""
        node = self.get(key)
        if node.value is not None and not isinstance(node.value, list):
            raise node.wrong("a list")
        for number, one in enumerate(node.value or ()):
            yield Node(one, f"{node.path}[{number}]")

    def items(self, key: str) -> Iterator[tuple[str, Node]]:
        """The parts of the object at ``key``; none if it is missing."""
        node = self.get(key)
        if node.value is not None and not isinstance(node.value, dict):
            raise node.wrong("an object")
        for name in node.value or ():
            yield name, node.get(name)

    def text(self, key: str) -> str:
        """The text at ``key``."""
        node = self.get(key)
        if not isinstance(node.value, str):
            raise node.wrong("a text")
        return node.value

    def maybe_text(self, key: str) -> str | None:
        """The text at ``key``; None for null."""
        return None if self.get(key).value is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts in the list at ``key``."""
        found = []
        for node in self.each(key):
            if not isinstance(node.value, str):
                raise node.wrong("a text")
            found.append(node.value)
        return tuple(found)

    def choice(self, key: str, choices: Collection[str]) -> str:
        """The text at ``key``, one of ``choices``."""
        node = self.get(key)
        if not isinstance(node.value, str) or node.value not in choices:
            raise node.wrong(f"one of {', '.join(choices)}")
        return node.value

    def flag(self, key: str) -> bool:
        """The truth value at ``key``; false if it is missing."""
        node = self.get(key)
        if node.value is not None and not isinstance(node.value, bool):
            raise node.wrong("true or false")
        return bool(node.value)

    def maybe_flag(self, key: str) -> bool | None:
        """The truth value at ``key``; None for null."""
        return None if self.get(key).value is None else self.flag(key)

    def counts(self, key: str) -> tuple[int, ...]:
        """The whole numbers from 0 in the list at ``key``."""
        return tuple(Node({"n": node.value}, node.path).count("n") for node in self.each(key))

    def count(self, key: str) -> int:
        """The whole number from 0 at ``key``; 0 if it is missing."""
        return self.maybe_count(key) or 0

    def maybe_count(self, key: str) -> int | None:
        """The whole number from 0 at ``key``; None for null."""
        node = self.get(key)
        whole = isinstance(node.value, int) and not isinstance(node.value, bool)
        if node.value is not None and not (whole and 0 <= node.value <= _LARGEST):
            raise node.wrong("a whole number from 0")
        return node.value if whole else None

    def number(self, key: str, low: float = -1e9, high: float = 1e9) -> float:
        """The number at ``key``, between ``low`` and ``high``."""
        node = self.get(key)
        if not isinstance(node.value, int | float) or isinstance(node.value, bool) or not low <= node.value <= high:
            raise node.wrong(f"a number from {low:g} to {high:g}")
        return node.value

    def maybe_number(self, key: str, low: float = -1e9, high: float = 1e9) -> float | None:
        """The number at ``key``; None for null."""
        return None if self.get(key).value is None else self.number(key, low, high)

    def maybe(self, key: str) -> Node | None:
        """The part at ``key``; None for null."""
        node = self.get(key)
        return None if node.value is None else node
