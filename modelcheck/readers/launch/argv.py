"""Command lines as lists of arguments with their places."""

from __future__ import annotations

import shlex

from modelcheck.documents.located import Lines, Located
from modelcheck.documents.yamlfile import Node


def argv_of(node: Node | None, lines: Lines) -> list[Located]:
    """The arguments in a ``command`` or ``args`` value: a list's elements, or a string split as a shell splits it."""
    if node is None:
        return []
    if node.elements is not None:
        return [
            word
            for element in node.elements
            if element.text is not None
            for word in lines.place(element, [element.text], script=False)
        ]
    if node.text is None:
        return []
    try:
        return lines.place(node, shlex.split(node.text.replace("\\\n", " ")), script=False)
    except ValueError:  # a quote that is never closed
        return lines.place(node, node.text.split(), script=False)
