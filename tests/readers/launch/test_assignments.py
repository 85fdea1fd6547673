"""``NAME=value`` in every form in which files write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.yamlfile import parse_yaml_text
from modelcheck.findings import Span
from modelcheck.readers.launch.assignments import environment_of, file_assignments, shell_assignments, split_assignment

# A line, and the name, value and column that are read of it; None where nothing is.
SHELL = [
    ("MODEL=a/b", ("MODEL", "a/b", 7)),
    ("export MODEL=a/b", ("MODEL", "a/b", 14)),
    ('MODEL="a b"', ("MODEL", "a b", 8)),
    ("MODEL='$A'", ("MODEL", "$A", 8)),
    ("MODEL=${X:-a/b}", ("MODEL", "${X:-a/b}", 7)),
    ("  MODEL ?= a/b", ("MODEL", "a/b", 12)),
    ("MODEL := a/b", ("MODEL", "a/b", 10)),
    ("MODEL ::= a/b", ("MODEL", "a/b", 11)),
    ("$env:MODEL = a/b", ("MODEL", "a/b", 14)),
    ("ENV MODEL=a/b", ("MODEL", "a/b", 11)),
    ("declare -r MODEL=a/b", ("MODEL", "a/b", 18)),
    ("MODEL=$(cat x)", ("MODEL", "$(cat x)", 7)),
    ("echo MODEL=a/b", None),
    ("MODEL == a/b", None),
    ("--model=a/b", None),
    ("MODEL=", None),
]


@pytest.mark.parametrize(("line", "expected"), SHELL, ids=[line for line, _ in SHELL])
def test_a_line_of_a_script(line: str, expected: tuple[str, str, int] | None) -> None:
    found = [(one.name, one.value.text, one.value.at.column) for one in shell_assignments(line, 0, Lines("x", line))]
    assert found == ([expected] if expected else [])


def test_several_on_one_line_and_none_after_a_command() -> None:
    line = "A=1 B='2' vllm serve C=3"
    assert [(one.name, one.value.text, one.literal) for one in shell_assignments(line, 0, Lines("x", line))] == [
        ("A", "1", False),
        ("B", "2", True),
    ]


FILES = [
    ("MODEL=a/b", {"MODEL": "a/b"}),
    ("MODEL=a/b # why", {"MODEL": "a/b"}),
    ("MODEL=a#b", {"MODEL": "a#b"}),
    ('MODEL="a # b" # why', {"MODEL": "a # b"}),
    ("ARGS=--model a/b --port 1", {"ARGS": "--model a/b --port 1"}),
    ("#MODEL=a/b", {}),
    ("export MODEL=a/b\r\nOTHER=x\r\n", {"MODEL": "a/b", "OTHER": "x"}),
    ("MODEL=\nA=1", {"A": "1"}),
    ("not a line\nA.B=2\nA=1", {"A": "1"}),
]


@pytest.mark.parametrize(("text", "expected"), FILES, ids=[text for text, _ in FILES])
def test_an_environment_file(text: str, expected: dict[str, str]) -> None:
    assert {one.name: one.value.text for one in file_assignments(Lines(".env", text))} == expected


@pytest.mark.parametrize(
    ("argument", "expected"), [("A=b", ("A", "b", 3)), ("A=b=c", ("A", "b=c", 3)), ("--a=b", None), ("A=", None), ("A", None)]
)
def test_one_argument(argument: str, expected: tuple[str, str, int] | None) -> None:
    one = split_assignment(Located(argument, Span("x", 1, 1, 1, 1 + len(argument))))
    assert (one and (one.name, one.value.text, one.value.at.column)) == expected


def test_the_three_forms_of_yaml_are_one() -> None:
    texts = ("e:\n  A: x/y\n", "e:\n  - A=x/y\n", "e:\n  - {name: A, value: x/y}\n", 'e: ["A=x/y"]\n')
    for text in texts:
        (document,) = parse_yaml_text("x", text)
        (value,) = environment_of(document.get("e"), Lines("x", text)).values()
        line = text.splitlines()[(value.at.line or 0) - 1]
        assert (value.text, line[(value.at.column or 0) - 1 :][:3]) == ("x/y", "x/y"), text


@given(st.text(max_size=200))
def test_every_value_is_written_where_its_place_says(text: str) -> None:
    lines = text.split("\n")
    for one in (*file_assignments(Lines("x", text)), *shell_assignments(text, 0, Lines("x", text))):
        at = one.value.at
        assert lines[(at.line or 0) - 1][(at.column or 0) - 1 :].startswith(one.value.text)
