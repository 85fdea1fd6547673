"""A walk through what needs what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

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
