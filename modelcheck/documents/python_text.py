"""Python as a syntax tree. It is never run."""

from __future__ import annotations

import ast
import warnings
from collections import deque

_INNER: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: ()}
"""Kind of node → its fields that may hold other nodes."""
_PLAIN = frozenset("ctx op ops id attr arg name names module level kind type_comment conversion type_ignores".split())
"""Fields that hold texts, numbers and signs. ``ast.arg`` is called so, too: it lies in ``args``."""
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What ``parse_python`` raises."""


def parse_python(text: str) -> ast.Module:
    """The tree of a module, without the warnings about invalid escapes in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def nodes_of(tree: ast.AST) -> list[ast.AST]:
    """The nodes of a tree in the order of ``ast.walk``, but names, operators, contexts and what is imported; in half its time."""
    found: list[ast.AST] = []
    waiting = deque((tree,))
    while waiting:
        node = waiting.popleft()
        found.append(node)
        kind = type(node)
        if kind not in _INNER:
            _INNER[kind] = tuple(field for field in kind._fields if field not in _PLAIN)
        for field in _INNER[kind]:
            value = getattr(node, field, None)
            if type(value) is list:
                waiting += [one for one in value if isinstance(one, ast.AST) and type(one) is not ast.Name]
            elif isinstance(value, ast.AST) and type(value) is not ast.Name:
                waiting.append(value)
    return found
