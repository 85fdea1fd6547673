"""Which texts are templates, and what is said of those that are not."""

from __future__ import annotations

import pytest
from modelcheck.documents.go_template.lexer import TemplateError
from modelcheck.documents.go_template.parser import parse_template
from modelcheck.documents.go_template.rendered import parse_file
from modelcheck.errors import Broken


@pytest.mark.parametrize(
    "text",
    [
        "{{ .a",
        "{{ }}",
        "{{ if .a }}",
        "{{ end }}",
        "{{ else }}",
        "{{ if .a }}{{ else }}{{ else }}{{ end }}",
        "{{ if .a }}{{ end x }}",
        "{{ ( .a }}",
        "{{ .a ) }}",
        "{{ .a | }}",
        "{{ | .a }}",
        '{{ "a }}',
        '{{ "\\q" }}',
        "{{ '' }}",
        "{{ /* }}",
        "{{ define }}{{ end }}",
        "{{ template .x }}",
        "{{ if }}{{ end }}",
        "{{ ? }}",
        "{{ " + "(" * 50 + "1" + ")" * 50 + " }}",
        "{{ if 1 }}" * 50 + "{{ end }}" * 50,
        "{{ .a" + " " * 30_000 + "}}",
        "{{ , }}",
        "{{ $x := }}",
        '{{ "\\ud800" }}',
        "{{ 0b9 }}",
    ],
)
def test_what_is_no_template_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(text)
    with pytest.raises(Broken, match=r"on line 3$"):
        parse_file("templates/x.yaml", "a: 1\n\n" + text.replace("\n", " "))


def test_a_template_of_more_than_a_megabyte_is_not_parsed() -> None:
    with pytest.raises(Broken, match="more than 1 MiB"):
        parse_file("templates/x.yaml", "a" * 2**20 + "b")


@pytest.mark.parametrize("text", ["{", "{ {", "}}", "a: {}", "{{`{{`}}", "{{ .a -}}", "{{- -1 }}", "{{\n.a\n}}", "{{/* {{ */}}"])
def test_what_is_a_template_is_parsed(text: str) -> None:
    assert parse_template(text) is not None
