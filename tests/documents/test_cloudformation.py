"""References of a CloudFormation template to its parameters."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.cloudformation import parse_filled_yaml
from modelcheck.errors import Broken

HEAD = "Parameters: {A: {Default: a/b}, B: {Type: String}, C: {Default: [x]}}\n"


def filled(resource: str) -> object:
    return parse_filled_yaml("t.yaml", f"{HEAD}Resources:\n  R: {resource}\n".encode()).documents[0].plain()["Resources"]["R"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("!Ref A", "a/b"), ("{Ref: A}", "a/b"), ("[--model, !Ref A]", ["--model", "a/b"]), ("!Ref B", "${B}"), ("!Ref C", "${C}"),
        ("!Ref AWS::Region", "AWS::Region"), ("{Ref: A, X: 1}", {"Ref": "A", "X": 1}), ("!Sub A", "A"),
        ("&x {E: !Ref A, F: &y !Ref A, G: *y}", {"E": "a/b", "F": "a/b", "G": "a/b"}),
    ],
)  # fmt: skip
def test_a_reference(written: str, found: object) -> None:
    assert filled(written) == found


def test_the_place_is_that_of_the_default() -> None:
    file = parse_filled_yaml("t.yaml", f"{HEAD}Resources: {{R: !Ref A}}\n".encode())
    node = file.documents[0].get("Resources", "R")
    assert node is not None
    assert (node.span.line, node.span.column) == (1, 27)


@pytest.mark.parametrize(
    "text", ["Resources: {R: !Ref A}\n", "Parameters: [A]\nResources: {R: !Ref A}\n", "[Parameters, !Ref A]\n"]
)
def test_other_documents_stay(text: str) -> None:
    assert "a/b" not in str(parse_filled_yaml("t.yaml", text.encode()).documents[0].plain())


def test_deep_and_wide_ones_end() -> None:
    assert filled("[" * 50 + "!Ref A" + "]" * 50)
    lines = "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 2) if n else '!Ref A'}]\n" for n in range(12))
    assert parse_filled_yaml("t.yaml", f"{HEAD}Resources:\n{lines}".encode())


@given(st.text(alphabet="ResourcParmtD fl:{}[]!&*\n-xA", max_size=80))
def test_any_text(text: str) -> None:
    with suppress(Broken):
        parse_filled_yaml("t.yaml", f"Parameters: {{A: {{Default: x}}}}\n{text} # Ref".encode())
