"""Helm templates as YAML trees: actions are set aside, the rest is parsed, and every value keeps its place and its text.

A template is YAML only after it is rendered, and rendering would run untrusted code. But actions occur in two ways: alone on a
line, where they select or repeat the lines below, and inside a value. The former are replaced by blanks, the latter by characters
of a private range, which YAML reads as text. Both keep the length, so lines and columns are those of the file.
"""

from __future__ import annotations

import re

from modelcheck.documents.hidden import HIDDEN, as_written
from modelcheck.documents.yamlfile import Node, parse_yaml_text
from modelcheck.patterns import lazy
from modelcheck.records import replace

_ONE_ACTION = r"\{\{(?:[^{}]|\{(?!\{)|\}(?!\})){0,2000}\}\}"
_ACTION = lazy(_ONE_ACTION)
_ALONE = lazy(rf"(?m)^[ \t]*(?:{_ONE_ACTION}[ \t]*)+$")
_WHOLE = lazy(r"\{\{[^{}]*\}\}")
STRUCTURE = lazy(r"\b(toYaml|toJson|include|template|n?indent)\b")
"""What an action holds that writes a mapping or a list in place of itself."""
_HIDDEN = {code: hidden for code, hidden in HIDDEN.items() if chr(code) != "\n"}


def parse_helm_template(path: str, text: str) -> tuple[Node, ...]:
    """The documents of a template, branches and repetitions once each. Raises Broken where what is left is not YAML."""
    blanked = _ALONE.sub(_blank, text)
    hidden = _ACTION.sub(_hide, blanked)
    return tuple(_shown(document) for document in parse_yaml_text(path, hidden))


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())


def _hide(found: re.Match[str]) -> str:
    return found.group().translate(_HIDDEN)


def _shown(node: Node) -> Node:
    """The tree with its actions as they are written. A value whose action writes a structure is unknown, and empty."""
    made: dict[int, Node] = {}

    def show(node: Node) -> Node:
        if id(node) not in made:
            text = None if node.text is None else as_written(node.text)
            if text is not None and _WHOLE.fullmatch(text.strip()) and STRUCTURE.search(text):
                text = ""
            made[id(node)] = replace(
                node,
                text=text,
                children=node.children and {as_written(key): show(child) for key, child in node.children.items()},
                elements=node.elements and tuple(show(one) for one in node.elements),
            )
        return made[id(node)]

    return show(node)
