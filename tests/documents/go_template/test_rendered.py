"""Rendered templates as YAML: every value has the place where it was written, in the template or in another file."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from modelcheck.documents.go_template.rendered import documents_of
from modelcheck.documents.located import Lines, Located, located
from modelcheck.documents.yamlfile import Node
from modelcheck.errors import Broken
from modelcheck.findings import Span

from documents.go_template.support import HELPERS, TEMPLATE, VALUES, document, rendered, written_at

VALUES_TEXT = """\
model: Qwen/Qwen2.5-7B
quoted: "acme/Thing-7B"
image: {repository: vllm/vllm-openai, tag: v1}
org: acme
name: Thing-7B
args:
  - --model
  - "acme/Thing-7B"
script: |
  set -e
  vllm serve acme/Thing-7B
inner: "--model={{ .Values.model }}"
"""
HELPERS_TEXT = """\
{{- define "model" -}}
helper/Model-1B
{{- end }}
{{- define "args" }}
- --served
- {{ .Values.model }}
{{- end }}
"""
TEMPLATE_TEXT = """\
kind: Pod
metadata:
  name: {{ .Release.Name }}-llm
spec:
  containers:
    {{- with .Values.image }}
    - image: "{{ .repository }}:{{ .tag }}"
    {{- end }}
      args:
        {{- toYaml .Values.args | nindent 8 }}
        {{- include "args" . | nindent 8 }}
        - --model={{ .Values.model }}
        - {{ .Values.quoted | quote }}
        - {{ printf "%s/%s" .Values.org .Values.name }}
        - {{ include "model" . }}
        - {{ default "own/Default-1B" .Values.gone }}
        - {{ tpl .Values.inner . }}
        - {{ .Values.gone }}
      command:
        - sh
        - -c
        - |
          {{- if .Values.model }}
          vllm serve {{ .Values.model }} \\
            --port 8000
          {{- end }}
      script: {{ .Values.script | quote }}
      lines:
        {{- range list "a" "b" }}
        - x-{{ . }}
        {{- end }}
"""
FILES = {TEMPLATE: TEMPLATE_TEXT, VALUES: VALUES_TEXT, HELPERS: HELPERS_TEXT}


def container() -> Node:
    (found,) = document(TEMPLATE_TEXT, VALUES_TEXT, HELPERS_TEXT).get("spec", "containers") or ()
    return found


def at(span: Span) -> str:
    """The text at a place of one line."""
    line = FILES[span.path].split("\n")[(span.line or 0) - 1]
    return line[(span.column or 1) - 1 : (span.end_column or 0) - 1]


def argument(text: str) -> Node:
    return next(one for one in container().get("args") or () if one.text == text)


def test_plain_values_are_at_their_place_in_the_template() -> None:
    whole = document(TEMPLATE_TEXT, VALUES_TEXT, HELPERS_TEXT)
    kind, name = whole.get("kind"), whole.get("metadata", "name")
    assert kind is not None and name is not None
    assert (kind.text, kind.line, written_at(kind, FILES)) == ("Pod", 1, "Pod")
    assert (name.text, name.line, written_at(name, FILES)) == ("release-name-llm", 3, "{{ .Release.Name }}-llm")
    assert whole.keys["spec"].line == 4
    assert container().line == 7


def test_a_structure_of_values_is_made_of_the_values() -> None:
    first, second, *_ = container().get("args") or ()
    assert [(one.path, one.line, written_at(one, FILES)) for one in (first, second)] == [
        (VALUES, 7, "--model"),
        (VALUES, 8, '"acme/Thing-7B"'),
    ]


def test_a_value_in_a_text_keeps_its_place() -> None:
    image = container().get("image")
    assert image is not None
    assert (image.text, image.path, image.line) == ("vllm/vllm-openai:v1", TEMPLATE, 7)
    assert [at(one.at) for one in image.origins] == ["vllm/vllm-openai", "v1"]
    value = located(argument("Qwen/Qwen2.5-7B"))  # through a helper: used by the template itself
    assert (value.at.path, at(value.at)) == (VALUES, "Qwen/Qwen2.5-7B")
    assert value.used_at is not None and (value.used_at.path, value.used_at.line) == (TEMPLATE, 11)
    flag = located(argument("--model=Qwen/Qwen2.5-7B")).after(8)
    assert (flag.text, flag.at.path, at(flag.at)) == ("Qwen/Qwen2.5-7B", VALUES, "Qwen/Qwen2.5-7B")
    assert flag.used_at is not None and flag.used_at.line == 12 and at(flag.used_at) == "{{ .Values.model }}"
    quoted = next(one for one in container().get("args") or () if one.text == "acme/Thing-7B" and one.path == TEMPLATE)
    assert (at(located(quoted).at), quoted.line) == ("acme/Thing-7B", 13)  # without its quotation marks


def test_a_text_of_two_values_is_where_the_template_puts_them_together() -> None:
    node = next(one for one in container().get("args") or () if one.line == 14)
    value = located(node)
    assert (value.text, value.at.path, value.at.line) == ("acme/Thing-7B", TEMPLATE, 14)
    assert [at(one.at) for one in node.origins] == ["acme", "/", "Thing-7B"]


def test_what_a_helper_or_an_action_itself_writes_is_there() -> None:
    assert (at(located(argument("helper/Model-1B")).at), located(argument("helper/Model-1B")).at.path) == (
        "helper/Model-1B",
        HELPERS,
    )
    own = located(argument("own/Default-1B"))
    assert (at(own.at), own.at.line, own.used_at) == ("own/Default-1B", 16, None)
    inner = next(one for one in container().get("args") or () if one.line == 17)
    assert (inner.text, at(located(inner).after(8).at)) == ("--model=Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-7B")
    unknown = argument("{{ .Values.gone }}")
    assert (unknown.line, at(located(unknown).at)) == (18, "{{ .Values.gone }}")


def words(node: Node | None, *texts: str) -> list[Located]:
    assert node is not None
    return Lines(TEMPLATE, TEMPLATE_TEXT, FILES).place(node, [*texts], script=True)


def test_the_words_of_a_script_are_where_each_was_written() -> None:
    node = [*(container().get("command") or ())][2]
    serve, model, port = words(node, "serve", "Qwen/Qwen2.5-7B", "8000")
    assert [(one.at.path, one.at.line, at(one.at)) for one in (serve, model, port)] == [
        (TEMPLATE, 24, "serve"),
        (VALUES, 1, "Qwen/Qwen2.5-7B"),
        (TEMPLATE, 25, "8000"),
    ]
    assert model.used_at is not None and (model.used_at.line, at(model.used_at)) == (24, "{{ .Values.model }}")
    (model,) = words(container().get("script"), "acme/Thing-7B")
    assert model.at.path == VALUES


def test_repeated_lines_have_one_place() -> None:
    assert [(one.text, one.line) for one in container().get("lines") or ()] == [("x-a", 30), ("x-b", 30)]


PIECES = st.sampled_from(
    [
        "{{ .Values.model }}",
        "{{- if .Values.gone }}",
        "{{- end -}}",
        "{{ end }}",
        "{{ range .Values.args }}",
        "{{ . }}",
        "{{ else }}",
        "{{ toYaml .Values.image | nindent 2 }}",
        '{{ include "args" . | indent 4 }}',
        "{{ .Values.script }}",
        '{{ include "model" $ }}',
        "{{ tpl .Values.inner . }}",
        "{{ with .Values }}",
        '{{ $x := "y/z" }}',
        "{{ $x }}",
        '{{ printf "%s" .Values.quoted | quote }}',
        "a: ",
        "- ",
        "word",
        "\n",
        "  ",
        '"',
        "'",
        "# c\n",
        "|\n",
        "[",
        "]",
        ",",
        "é",
        "{{",
        "}}",
        "&a ",
        "*a",
        "{{/* x */}}",
        "\u2028",
    ]
)


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in (*node, *(value for _, value in node.items())):
        yield from nodes(child)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_whatever_the_text_no_template_crashes_and_every_place_is_where_it_says(text: str) -> None:
    files = {**FILES, TEMPLATE: text}
    try:
        documents = documents_of(rendered(text, VALUES_TEXT, HELPERS_TEXT))
    except Broken:
        return
    for node in (one for whole in documents for one in nodes(whole)):
        lines = files[node.path].split("\n")
        assert 1 <= node.line <= len(lines) and 1 <= node.column <= len(lines[node.line - 1]) + 1
        assert (node.line, node.column) <= (node.end_line, node.end_column)
        for origin in node.origins:
            place = origin.at
            written = files[place.path].split("\n")[(place.line or 0) - 1][(place.column or 1) - 1 : (place.end_column or 1) - 1]
            if place.line == place.end_line and len(written) == origin.end - origin.start:
                assert written == (node.text or "")[origin.start : origin.end]
