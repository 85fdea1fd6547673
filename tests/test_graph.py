from __future__ import annotations

import pytest
from modelcheck.graph import find_cycle


@pytest.mark.parametrize(
    ("edges", "cycle"),
    [
        ({}, None),
        ({"a": "bc", "b": "c", "c": ""}, None),
        ({"a": "a"}, ("a", "a")),
        ({"a": "b", "b": "c", "c": "b"}, ("b", "c", "b")),
        ({"a": "x", "x": "", "b": "c", "c": "b"}, ("b", "c", "b")),
    ],
)
def test_the_first_cycle_is_found(edges: dict[str, str], cycle: tuple[str, ...] | None) -> None:
    assert find_cycle(edges, lambda node: edges.get(node, "")) == cycle
