"""A walk through what needs what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Generic, TypeVar, cast

Node = TypeVar("Node")


def find_cycle(nodes: Iterable[Node], below: Callable[[Node], Iterable[Node]]) -> tuple[Node, ...] | None:
    """The first cycle that ``nodes`` lead into, its first member repeated at the end; None if there is none.

    ``below`` returns what a node needs.
    """
    done: set[Node] = set()

    def walk(node: Node, chain: tuple[Node, ...]) -> tuple[Node, ...] | None:
        if node in chain:
            return (*chain[chain.index(node) :], node)
        if node in done:
            return None
        for other in below(node):
            cycle = walk(other, (*chain, node))
            if cycle:
                return cycle
        done.add(node)
        return None

    return next((cycle for node in nodes if (cycle := walk(node, ()))), None)


class LeadingTo(Generic[Node]):
    """The nodes that are among ``roots``, or need one that leads to them. What was found is kept until ``clear``."""

    def __init__(self, roots: Collection[Node], below: Callable[[Node], Iterable[Node]]) -> None:
        self._roots = roots
        self._below = below
        self._known: dict[Node, bool] = {}

    def __contains__(self, one: object) -> bool:
        node = cast("Node", one)
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = node in self._roots or any(other in self for other in self._below(node))
        return known

    def clear(self) -> None:
        """Look again: what a node needs has changed."""
        self._known.clear()
