"""Python as a syntax tree. It is never run."""

from __future__ import annotations

import ast
import warnings

UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What ``parse_python`` raises."""


def parse_python(text: str) -> ast.Module:
    """The tree of a module, without the warnings about invalid escapes in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
