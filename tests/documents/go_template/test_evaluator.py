"""Templates as Helm evaluates them: each result is that of `helm template`, version 3.17.3, where nothing is unknown."""

from __future__ import annotations

import time

import pytest
from modelcheck.documents.go_template.data import UNKNOWN
from modelcheck.documents.go_template.evaluator import Evaluator
from modelcheck.documents.go_template.expressions import Budget, Definition
from modelcheck.documents.go_template.output import Output
from modelcheck.documents.go_template.parser import parse_template
from modelcheck.documents.go_template.traced import Text
from modelcheck.errors import Broken

from documents.go_template.support import rendered, text

VALUES = """\
on1: true
no1: false
zero: 0
list: [b, a]
map: {z: 2, x: 1}
models: [{name: a, tools: true}, {name: b}]
name: vllm
"""
HELPERS = """\
{{- define "chart.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "chart.full" -}}
{{- $name := include "chart.name" . -}}
{{- if contains $name .Release.Name }}{{ .Release.Name }}{{ else }}{{ printf "%s-%s" .Release.Name $name }}{{ end -}}
{{- end }}
{{- define "args" }}
- --flag
- {{ .m | quote }}
{{- end }}
"""
WRITES = {
    "a {{- /* no */ -}} b{{/* no */}}c": "abc",
    "a\n  {{- .Values.name -}}  \n b": "avllmb",
    "{{ if .Values.on1 }}a{{ else }}b{{ end }}{{ if .Values.no1 }}a{{ else if .Values.zero }}b{{ else }}c{{ end }}": "ac",
    "{{ with .Values.map }}{{ .x }}{{ $.Values.name }}{{ end }}{{ with .Values.gone }}a{{ else }}b{{ end }}": "1vllmb",
    "{{ with $m := .Values.map }}{{ $m.z }}{{ end }}": "2",
    "{{ range .Values.list }}{{ . }},{{ end }}{{ range $i, $v := .Values.list }}{{ $i }}{{ $v }}{{ end }}": "b,a,0b1a",
    "{{ range $k, $v := .Values.map }}{{ $k }}={{ $v }} {{ end }}{{ range .Values.gone }}a{{ else }}none{{ end }}": "x=1 z=2 none",
    '{{ range .Values.models }}{{ if eq .name "a" }}{{ continue }}{{ end }}{{ .name }}{{ end }}': "b",
    "{{ range until 9 }}{{ if gt . 2 }}{{ break }}{{ end }}{{ . }}{{ end }}": "012",
    "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ $y }}{{ end }}{{ $x }}": "32",
    "{{ $x := 1 }}{{ range .Values.list }}{{ $x := . }}{{ $x }}{{ end }}{{ $x }}": "ba1",
    '{{ include "chart.full" . }} {{ include "chart.name" . | upper }}': "release-name-chart CHART",
    'x:{{ include "args" (dict "m" .Values.name) | nindent 2 }}': 'x:\n  \n  - --flag\n  - "vllm"',
    '{{ template "chart.name" . }}': "chart",
    '{{ define "own" }}<{{ . }}>{{ end }}{{ template "own" 1 }}{{ include "own" "a" }}': "<1><a>",
    '{{ block "b" .Values.name }}[{{ . }}]{{ end }}': "[vllm]",
    '{{ (index .Values.models 0).name }}{{ (dict "a" (dict "b" "c")).a.b }}': "ac",
    '{{ .Values.name | printf "%s-%s" "a" }}{{ "x" | quote | quote }}': 'a-vllm"\\"x\\""',
    "{{ and .Values.no1 .Values.gone.more }}{{ or .Values.on1 .Values.gone.more }}": "falsetrue",
    '{{- $d := dict }}{{- $_ := set $d "a" 1 }}{{ $d.a }}': "1",
    "{{ true }}{{ 1.5 }}{{ 0x10 }}{{ 'a' }}{{ `b` }}{{ \"\\u00e9\\n\" | trim }}": "true1.51697bé",
}


@pytest.mark.parametrize("template", WRITES)
def test_a_template_writes_what_helm_writes(template: str) -> None:
    assert text(template, VALUES, HELPERS) == WRITES[template]


def test_of_an_unknown_condition_the_first_branch_is_written_and_then_the_other() -> None:
    template = "{{ if .Capabilities.x }}a{{ else }}b{{ end }}{{ with .Capabilities.y }}c{{ . }}{{ end }}"
    first, second = rendered(template), rendered(template, otherwise=True)
    assert (first.text.text[0], second.text.text[0], first.undecided) == ("a", "b", True)
    assert not rendered("{{ if .Capabilities.x }}a{{ end }}").undecided
    assert text("{{ range .Capabilities.x }}- {{ .name }}{{ end }}") == "- {{ .name }}"


def test_an_unknown_action_alone_on_its_line_writes_nothing() -> None:
    assert text("a:\n  {{ .Capabilities.x }}\nb: {{ .Capabilities.x }}\n") == "a:\n  \nb: {{ .Capabilities.x }}\n"


TWICE = '{{ define "eN" }}{{ include "eM" . }}{{ include "eM" . }}{{ end }}'
NESTED = "".join(TWICE.replace("N", str(n)).replace("M", str(n + 1)) for n in range(40))
DEEP = '{{ define "a" }}{{ ' + "(" * 39 + 'include "a" .' + ")" * 39 + " }}{{ end }}"
HOSTILE = {
    "a helper that includes itself": '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
    "two that include each other": (
        '{{ define "a" }}{{ include "b" . }}{{ end }}{{ define "b" }}{{ template "a" . }}{{ end }}{{ include "a" . }}'
    ),
    "a huge range": "{{ range until 100000 }}{{ range until 100000 }}{{ . }}{{ end }}{{ end }}",
    "a text that evaluates itself": '{{ define "a" }}{{ tpl .t . }}{{ end }}{{ include "a" (dict "t" `{{ include "a" . }}`) }}',
    "includes that double": NESTED + '{{ include "e0" . }}',
    "a text that doubles": '{{ $x := "0123456789" }}{{ range until 99 }}{{ $x = printf "%s%s" $x $x }}{{ end }}{{ $x }}',
    "a list that doubles": "{{ $x := list 1 2 }}{{ range until 99 }}{{ $x = concat $x $x }}{{ end }}{{ len $x }}",
    "a mapping that doubles": (
        '{{ $x := dict }}{{ range until 40 }}{{ $x = dict "a" $x "b" $x }}{{ end }}{{ toYaml $x }}{{ toJson $x }}'
    ),
    "a mapping in itself": '{{ $x := dict }}{{ $_ := set $x "a" $x }}{{ toYaml $x }}{{ merge (dict) $x $x | toJson }}',
    "indentation": "{{ range until 1000 }}{{ $.Values.long | nindent 1000 }}{{ end }}",
    "merges": "{{ range until 100000 }}{{ $y := merge (dict) $.Values.wide }}{{ end }}",
    "parentheses in includes": DEEP + '{{ include "a" . }}',
    "replacements": '{{ $x := repeat 9999 "a" }}{{ range until 99 }}{{ $x = replace "a" "aaaa" $x }}{{ end }}',
}
WIDE = "long: " + '"' + "a\\n" * 500 + '"\nwide: {' + ", ".join(f"k{n}: {n}" for n in range(9_000)) + "}\n"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_template_made_to_hurt_ends_soon(name: str) -> None:
    start = time.thread_time()
    try:
        found = rendered(HOSTILE[name], WIDE).text
    except Broken as broken:
        assert broken.message.startswith("is not rendered: it ")
    else:
        assert len(found.text) <= 512 * 1024
    assert time.thread_time() - start < 5


def test_steps_are_counted_over_what_is_included() -> None:
    out, budget = Output(), Budget()
    definitions = {"a": Definition(parse_template("x").parts, Text("x"))}
    evaluator = Evaluator(budget, {}, definitions)
    source = '{{ range until 10 }}{{ include "a" . }}{{ end }}'
    evaluator.execute(Definition(parse_template(source).parts, Text(source)), UNKNOWN, out)
    assert out.text().text == "x" * 10
    assert 40 < 100_000 - budget.steps < 200
