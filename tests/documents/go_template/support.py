"""Renders templates for tests: texts in, a text or nodes with their places out."""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.documents.go_template.data import UNKNOWN, Value
from modelcheck.documents.go_template.expressions import Budget
from modelcheck.documents.go_template.rendered import Rendered, documents_of, parse_file, render
from modelcheck.documents.go_template.traced import Text
from modelcheck.documents.hidden import as_written
from modelcheck.documents.yamlfile import Node, parse_yaml_text

VALUES = "values.yaml"
TEMPLATE = "templates/x.yaml"
HELPERS = "templates/_helpers.tpl"


def rendered(template: str, values: str = "", helpers: str = "", *, otherwise: bool = False) -> Rendered:
    """A template rendered with a values file and a file of helpers."""
    documents = parse_yaml_text(VALUES, values)
    context: dict[str, Value] = {
        "Values": documents[0] if documents else {},
        "Chart": {"Name": Text("chart"), "Version": Text("1.2.3"), "AppVersion": Text("0.9")},
        "Release": {"Name": Text("release-name"), "Namespace": Text("default"), "Service": Text("Helm")},
        "Capabilities": UNKNOWN,
    }
    definitions = parse_file(HELPERS, helpers).defines
    file = parse_file(TEMPLATE, template)
    return render(file, {**definitions, **file.defines}, context, Budget(), otherwise=otherwise)


def text(template: str, values: str = "", helpers: str = "") -> str:
    """What a template writes, unknown values as their actions are written."""
    return as_written(rendered(template, values, helpers).text.text)


def document(template: str, values: str = "", helpers: str = "") -> Node:
    """The one document of a rendered template."""
    (found,) = documents_of(rendered(template, values, helpers))
    return found


def written_at(node: Node, files: Mapping[str, str]) -> str:
    """The text at a node's place."""
    lines = files[node.path].split("\n")
    assert node.line == node.end_line
    return lines[node.line - 1][node.column - 1 : node.end_column - 1]
