"""Helm templates as YAML trees: values keep their text and place, whatever the actions around them do."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.helm_template import parse_helm_template
from modelcheck.documents.yamlfile import Node
from modelcheck.errors import Broken

TEMPLATE = """\
{{- $full := include "x.name" . -}}
{{- if and .Values.on (gt .Values.n 1.0) }}
apiVersion: v1
metadata:
  name: {{ $full }}-llm
  labels:
    {{- include "x.labels" . | nindent 4 }}
    {{ .Values.key }}: "{{ default "é" .Values.value }}"
spec:
  {{- with .Values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
  {{- range $i, $one := .Values.models }}
    - image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
      args: ["--model", {{ $one.name | quote }}]
      {{- /* a comment
        of two lines: {x} */}}
      resources: {}
  {{- end }}
{{- end }}
"""


def test_what_is_left_is_read_with_its_places() -> None:
    (document,) = parse_helm_template("t.yaml", TEMPLATE)
    name, labels = document.get("metadata", "name"), document.get("metadata", "labels")
    assert name is not None
    assert (name.text, name.line, name.column) == ("{{ $full }}-llm", 5, 9)
    assert labels is not None
    assert [(key, value.text) for key, value in labels.items()] == [
        ("{{ .Values.key }}", '{{ default "é" .Values.value }}'),
    ]
    assert document.get("spec", "tolerations") is not None
    (container,) = document.get("spec", "containers") or ()
    image, args = container.get("image"), container.get("args")
    assert image is not None
    assert args is not None
    assert (image.text, image.line) == ("{{ .Values.image.repository }}:{{ .Values.image.tag }}", 15)
    assert [(one.text, one.column) for one in args] == [("--model", 14), ("{{ $one.name | quote }}", 25)]


def test_an_action_that_writes_a_structure_is_no_text() -> None:
    (document,) = parse_helm_template("t.yaml", "args: {{- toYaml .Values.args | nindent 2 }}\nname: {{ .Values.name }}\n")
    assert [(key, value.text) for key, value in document.items()] == [("args", ""), ("name", "{{ .Values.name }}")]


@pytest.mark.parametrize("text", ["a: [{{ x }\n", "{{ if }}\na: b: c\n{{ end }}\n"])
def test_what_is_left_must_be_yaml(text: str) -> None:
    with pytest.raises(Broken):
        parse_helm_template("t.yaml", text)


def texts(node: Node) -> list[Node]:
    return [node, *(one for child in (*node, *(value for _, value in node.items())) for one in texts(child))]


ACTIONS = (
    '{{ include "x" . }}',
    "{{- if .Values.a }}",
    "{{- end -}}",
    '{{ .Values.b | default "c: d" }}',
    "{{- /* #\n: */}}",
    "{{",
)
PIECES = st.sampled_from([*ACTIONS, "a: ", "- ", "b", "\n", "  ", '"', "'", "# c\n", "|\n", "[", "]", ",", "é"])


@given(st.lists(PIECES, max_size=30).map("".join))
def test_plain_values_are_written_where_their_place_says(text: str) -> None:
    try:
        documents = parse_helm_template("t.yaml", text)
    except Broken:
        return
    lines = text.split("\n")
    for node in (one for document in documents for one in texts(document)):
        if node.text and node.style is None and node.line == node.end_line and re.fullmatch(r"[\w{}. |]+", node.text):
            assert lines[node.line - 1][node.column - 1 :].startswith(node.text)
