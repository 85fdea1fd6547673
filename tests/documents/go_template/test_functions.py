"""The functions of Go templates and sprig: each result is that of `helm template`, version 3.17.3."""

from __future__ import annotations

import pytest
from modelcheck.documents.go_template.functions import FUNCTIONS

from documents.go_template.support import text

VALUES = """\
model: Qwen/Qwen2.5-7B
org: 'acme'
name: "Thing-7B"
empty: ""
nothing:
count: 5
share: 0.9
sure: true
list: [b, a]
labels: {app: vllm, "a.b/c": "1"}
models:
  - {name: a, tools: true}
  - {name: b}
deep: {a: {b: {c: d}}}
script: "set -e\\nvllm serve x\\n"
odd: "a: b #c"
star: "*x"
"""
# The template, and what Helm writes for it with the values above.
WRITES = {
    "{{ .Values.model }}": "Qwen/Qwen2.5-7B",
    "{{ .Values.model | quote }} {{ .Values.org | squote }}": "\"Qwen/Qwen2.5-7B\" 'acme'",
    "{{ quote .Values.org .Values.count }}": '"acme" "5"',
    "{{ default .Values.org .Values.empty }}{{ .Values.gone | default .Values.name }}": "acmeThing-7B",
    "{{ coalesce .Values.gone .Values.empty .Values.org }}": "acme",
    '{{ ternary "a" "b" .Values.sure }}{{ .Values.sure | ternary 1 2 }}': "a1",
    "{{ .Values.labels | toYaml }}": 'a.b/c: "1"\napp: vllm',
    "{{ .Values.models | toYaml }}": "- name: a\n  tools: true\n- name: b",
    "{{ .Values.deep | toYaml | indent 2 }}": "  a:\n    b:\n      c: d",
    "x:{{ .Values.list | toYaml | nindent 2 }}": "x:\n  - b\n  - a",
    "{{ toYaml .Values.odd }} {{ toYaml .Values.star }} {{ toYaml .Values.empty }}": "'a: b #c' '*x' \"\"",
    "{{ dict | toYaml }}{{ list | toYaml }}": "{}[]",
    "{{ toJson .Values.models }}": '[{"name":"a","tools":true},{"name":"b"}]',
    '{{ (fromYaml "a: {b: c}").a.b }}{{ (fromJson `{"a": [1]}`).a | first }}': "c1",
    "{{ .Values.script | trim | nindent 2 }}": "\n  set -e\n  vllm serve x",
    '{{ trimAll "-" "--a-" }}{{ trimPrefix "a" "ab" }}{{ trimSuffix "-" "b-" }}': "abb",
    '{{ trunc 3 "abcdef" }} {{ trunc -2 "abcdef" }} {{ substr 1 3 "abcdef" }}': "abc ef bc",
    '{{ .Values.model | replace "/" "--" }}': "Qwen--Qwen2.5-7B",
    '{{ upper "aB" }}{{ lower "aB" }}{{ title "ab cd" }}': "ABabAb Cd",
    '{{ kebabcase "FooBar" }}{{ snakecase "FooBar" }}': "foo-barfoo_bar",
    '{{ contains "a" "cat" }} {{ hasPrefix "c" "cat" }} {{ hasSuffix "c" "cat" }}': "true true false",
    '{{ hasKey .Values.deep "a" }} {{ get .Values.labels "app" }} {{ get .Values.labels "no" }}.': "true vllm .",
    '{{ dig "a" "b" "c" "none" .Values.deep }} {{ dig "x" "none" .Values.deep }}': "d none",
    '{{ index .Values.labels "a.b/c" }} {{ (index .Values.models 1).name }} {{ index .Values.list 0 }}': "1 b b",
    "{{ first .Values.list }}{{ last .Values.list }}{{ rest .Values.list | first }}{{ initial .Values.list | len }}": "baa1",
    '{{ list 1 2 | join "-" }} {{ join "," .Values.list }} {{ sortAlpha .Values.list | join "" }}': "1-2 b,a ab",
    '{{ has "a" .Values.list }} {{ has 1 .Values.list }}': "true false",
    '{{ dict "a" 1 "b" 2 | toJson }} {{ set (dict "a" 1) "b" 2 | toJson }}': '{"a":1,"b":2} {"a":1,"b":2}',
    '{{ merge (dict "a" 1) (dict "a" 2 "b" 3) | toJson }}': '{"a":1,"b":3}',
    '{{ mergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3) | toJson }}': '{"a":2,"b":3}',
    '{{ merge (dict "a" (dict "x" 1)) .Values.deep | toJson }}': '{"a":{"b":{"c":"d"},"x":1}}',
    '{{ pick .Values.labels "app" | toJson }} {{ omit .Values.labels "app" | toJson }}': '{"app":"vllm"} {"a.b/c":"1"}',
    '{{ keys .Values.labels | sortAlpha | join "," }} {{ values .Values.deep | len }}': "a.b/c,app 1",
    '{{ splitList "/" .Values.model | last }} {{ (split "/" .Values.model)._0 }}': "Qwen2.5-7B Qwen",
    '{{ (splitn "." 2 "a.b.c")._1 }}': "b.c",
    '{{ printf "%s/%s" .Values.org .Values.name }} {{ printf "%5d|%-4s|%05.1f|%q|%v|%%" 3 "ab" 2.5 "c" true }}': (
        'acme/Thing-7B     3|ab  |002.5|"c"|true|%'
    ),
    '{{ print "a" 1 2 "b" }} {{ cat "a" "b" }} {{ println "x" | trim }}': "a1 2b a b x",
    '{{ eq .Values.org "acme" }} {{ eq "a" "b" "a" }} {{ ne 1 2 }} {{ lt 1 2 }} {{ ge 2 2 }} {{ le 3 2 }} {{ gt 2.5 1.5 }}': (
        "true true true true true false true"
    ),
    '{{ and 1 0 }} {{ or "" "b" }} {{ not nil }} {{ and "a" "b" }} {{ or 0 "" | quote }}': '0 b true b ""',
    "{{ add 1 2 3 }} {{ sub 5 2 }} {{ mul 2 3 }} {{ div 7 2 }} {{ mod 7 2 }} {{ max 1 3 2 }} {{ min 3 1 }} {{ add1 1 }}": (
        "6 3 6 3 1 3 1 2"
    ),
    '{{ int .Values.count | add 1 }} {{ int "12" }} {{ int "x" }} {{ .Values.share }}': "6 12 0 0.9",
    "{{ float64 2 }} {{ int64 2.9 }}": "2 2",
    '{{ len .Values.list }} {{ len .Values.org }} {{ until 3 | join "," }} {{ untilStep 1 6 2 | join "," }} {{ seq 2 4 }}': (
        "2 4 0,1,2 1,3,5 2 3 4"
    ),
    '{{ b64enc "a/b" }} {{ b64dec "YS9i" }} {{ sha256sum "a" | trunc 8 }}': "YS9i a/b ca978112",
    '{{ kindIs "map" .Values.deep }} {{ kindOf .Values.list }} {{ typeOf .Values.org }} {{ kindIs "bool" .Values.sure }}': (
        "true slice string true"
    ),
    '{{ empty .Values.empty }} {{ empty .Values.list }} {{ lookup "v1" "Secret" "a" "b" | empty }}': "true false true",
    '{{ required "set it" .Values.org }} {{ semverCompare ">=1.2" "1.3.0" }}': "acme true",
    '{{ tpl "{{ .Values.org }}/{{ .Release.Name }}" . }} {{ "a" | repeat 3 }} {{ append .Values.list "c" | join "" }}': (
        "acme/release-name aaa bac"
    ),
    '{{ concat .Values.list (list 1) | join "" }} {{ uniq (list "a" "b" "a") | join "" }}': "ba1 ab",
    '{{ compact (list "" "a") | len }}': "1",
    '{{ prepend .Values.list "c" | join "" }} {{ reverse .Values.list | join "" }} {{ toStrings (list 1) | join "" }}': "cba ab 1",
    '{{ deepCopy .Values.deep | toJson }} {{ nospace "a b" }} {{ camelcase "a_b" }}': '{"a":{"b":{"c":"d"}}} ab AB',
}


@pytest.mark.parametrize("template", WRITES)
def test_a_function_writes_what_helm_writes(template: str) -> None:
    assert text(template, VALUES) == WRITES[template]


@pytest.mark.parametrize(
    "action",
    [
        '{{ regexMatch "a" "a" }}',
        "{{ now }}",
        "{{ randAlphaNum 5 }}",
        "{{ .Capabilities.KubeVersion }}",
        "{{ .Values.gone }}",
        "{{ .Values.gone.more }}",
        "{{ .Values.nothing | quote }}",
        '{{ required "x" .Values.empty }}',
        '{{ fail "x" }}',
        '{{ printf "%z" 1 }}',
        '{{ printf "%s" }}',
        "{{ trunc }}",
        "{{ index .Values.list 9 }}",
        "{{ div 1 0 }}",
        "{{ .Values.deep }}",
        "{{ eq 1 true }}",
        '{{ include "none" . }}',
        '{{ tpl "{{ if }}" . }}',
        "{{ $none }}",
        "{{ until 999999999 }}",
        '{{ repeat 999999999 "x" }}',
        "{{ .Values.org.more }}",
        '{{ b64dec "a" }}',
        "{{ .Values.org 1 }}",
        '{{ semverCompare ">=9" .Capabilities.KubeVersion.Version }}',
        "{{ 1 | 2 }}",
        "{{ first 1 }}",
        "{{ int .Capabilities }}",
    ],
)
def test_what_cannot_be_known_is_written_as_its_action_is(action: str) -> None:
    assert text(f"x: {action}.", VALUES) == f"x: {action}."


@pytest.mark.parametrize("action", ["{{ toYaml .Capabilities }}", "{{ indent 99999 .Values.org }}", '{{ fromYaml "[" }}'])
def test_an_unknown_structure_is_not_written(action: str) -> None:
    assert text(f"x: {action}.", VALUES) == "x: ."


def test_an_empty_value_that_somebody_sets_later_is_written_as_its_action_is() -> None:
    assert text("- {{ .Values.empty | quote }}", VALUES) == "- {{ .Values.empty | quote }}"
    assert text("--model={{ .Values.empty }}\n", VALUES) == "--model={{ .Values.empty }}\n"
    assert text("{{ .Values.empty }}/x x{{ .Values.empty }}", VALUES) == "/x x"
    assert text('- {{ default "" .Values.empty | quote }}', VALUES) == '- ""'


def test_every_function_has_a_name_that_templates_can_write() -> None:
    assert all(name.isidentifier() for name in FUNCTIONS)
