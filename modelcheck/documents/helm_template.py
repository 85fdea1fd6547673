"""Helm templates as YAML trees: actions are set aside, the rest is parsed, and every value keeps its place and its text.

A template is YAML only after it is rendered, and rendering would run untrusted code. But actions occur in two ways: alone on a
line, where they select or repeat the lines below, and inside a value. The former are replaced by blanks, the latter by characters
of a private range, which YAML reads as text. Both keep the length, so lines and columns are those of the file.
"""

from __future__ import annotations

import re
from dataclasses import replace

from modelcheck.documents.yamlfile import Node, parse_yaml_text
from modelcheck.patterns import lazy

_ONE_ACTION = r"\{\{(?:[^{}]|\{(?!\{)|\}(?!\})){0,2000}\}\}"
_ACTION = lazy(_ONE_ACTION)
_ALONE = lazy(rf"(?m)^[ \t]*(?:{_ONE_ACTION}[ \t]*)+$")
_WHOLE = lazy(r"\{\{[^{}]*\}\}")
STRUCTURE = lazy(r"\b(toYaml|toJson|include|template|n?indent)\b")
"""What an action holds that writes a mapping or a list in place of itself."""
_SAFE = 0xE000
"""The start of Unicode's private use area: an ASCII character is replaced by the one at this offset plus its code."""


def parse_helm_template(path: str, text: str) -> tuple[Node, ...]:
    """The documents of a template, branches and repetitions once each. Raises Broken where what is left is not YAML."""
    blanked = _ALONE.sub(_blank, text)
    hidden = _ACTION.sub(_hide, blanked)
    return tuple(_shown(document) for document in parse_yaml_text(path, hidden))


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())


def _hide(found: re.Match[str]) -> str:
    return "".join(one if one == "\n" else chr(_SAFE + ord(one)) if ord(one) < 128 else one for one in found.group())


def _show(text: str) -> str:
    return "".join(chr(ord(one) - _SAFE) if _SAFE <= ord(one) < _SAFE + 128 else one for one in text)


def _shown(node: Node) -> Node:
    """The tree with its actions as they are written. A value whose action writes a structure is unknown, and empty."""
    made: dict[int, Node] = {}

    def show(node: Node) -> Node:
        if id(node) not in made:
            text = None if node.text is None else _show(node.text)
            if text is not None and _WHOLE.fullmatch(text.strip()) and STRUCTURE.search(text):
                text = ""
            made[id(node)] = replace(
                node,
                text=text,
                children=node.children and {_show(key): show(child) for key, child in node.children.items()},
                elements=node.elements and tuple(show(one) for one in node.elements),
            )
        return made[id(node)]

    return show(node)
