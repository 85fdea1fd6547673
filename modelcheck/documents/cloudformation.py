"""CloudFormation's parameters: ``!Ref Name`` stands for the default of a parameter of the same template."""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.documents.yamlfile import Node, YamlFile, parse_yaml
from modelcheck.records import replace

_MAX_DEPTH = 60


def parse_filled_yaml(path: str, content: bytes) -> YamlFile:
    """A YAML file; the references of a template of CloudFormation's are filled. Raises Broken."""
    file = parse_yaml(path, content)
    if "Ref" not in file.text or "Parameters" not in file.text:
        return file
    return replace(file, documents=tuple(map(with_defaults, file.documents)))


def with_defaults(document: Node) -> Node:
    """The template with the default in the place of each reference to a parameter, ``${Name}`` for one without a default.

    Another document is returned as it is. What is nested deeper than 60 values is left as it is written.
    """
    resources, parameters = document.get("Resources"), document.get("Parameters")
    if resources is None or resources.children is None or parameters is None or parameters.children is None:
        return document
    filled = _filled(resources, {name: node.get("Default") for name, node in parameters.items()}, 0)
    return replace(document, children={**(document.children or {}), "Resources": filled})


def _filled(node: Node, defaults: Mapping[str, Node | None], depth: int) -> Node:
    name = _name(node)
    if name is not None and name in defaults:
        default = defaults[name]
        return default if default is not None and default.text else replace(node, children=None, text=f"${{{name}}}", tag=None)
    if depth == _MAX_DEPTH:
        return node
    if node.children is not None:
        return replace(node, children={key: _filled(child, defaults, depth + 1) for key, child in node.items()})
    if node.elements is not None:
        return replace(node, elements=tuple(_filled(child, defaults, depth + 1) for child in node))
    return node


def _name(node: Node) -> str | None:
    """What a node refers to: ``!Ref Name``, or ``{"Ref": "Name"}``."""
    if node.tag == "!Ref":
        return node.text
    inner = node.get("Ref") if node.children is not None and len(node.children) == 1 else None
    return inner.text if inner is not None else None
