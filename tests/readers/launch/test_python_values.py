"""Which strings an expression may be: by small modules, each with the values of what is passed to ``load``."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.located import Located
from modelcheck.findings import Span
from modelcheck.readers.launch.python_values import Values, bindings, called

CASES = [
    ("load('a')", ["a"]),
    ("M = 'a'\nload(M)", ["a"]),
    ("M: str = 'a'\nload(M)", ["a"]),
    ("M = os.environ.get('M', 'a')\nload(M)", ["a"]),
    ("M = os.getenv('M', default='a')\nload(M)", ["a"]),
    ("M = os.environ['M']\nload(M)", []),
    ("M = os.environ.get('M') or 'a'\nload(M)", ["a"]),
    ("M = 'a' if x else 'b'\nload(M)", ["a", "b"]),
    ("p.add_argument('-m', '--model-name', default='a')\nload(args.model_name)", ["a"]),
    ("@click.option('--model', default='a')\ndef f(model):\n    load(model)", ["a"]),
    ("def f(model: str = typer.Option('a', help='b')):\n    load(model)", ["a"]),
    ("def f(model: str = 'a'):\n    load(model)", ["a"]),
    ("class S(BaseSettings):\n    model: str = Field(default='a', description='b')\nload(S().model)", ["a"]),
    ("class S:\n    model: str = field(default='a')\nload(self.s.model)", ["a"]),
    ("D = {'x': 'a', 'y': 'b'}\nload(D['x'])", ["a", "b"]),
    ("load({'x': 'a', 'y': 'b'}['x'])", ["a"]),
    ("for m in ['a', 'b']:\n    load(m)", ["a", "b"]),
    ("MS = ('a', 'b')\n[load(m) for m in MS]", ["a", "b"]),
    ("O = 'o'\nload(f'{O}/x')", ["o/x"]),
    ("load(f'{o}/x')", []),
    ("load(str(Path('a')).strip())", ["a"]),
    ("load(config.get('model', 'a'))", ["a"]),
    ("a = b\nb = a\nload(a)", []),
    ("load(g('a'))", []),
    ("load(1)", []),
    ("if (m := 'a'):\n    load(m)", ["a"]),
]


def literal(node: ast.expr | None) -> Located | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return Located(node.value, Span("x.py", node.lineno, node.col_offset + 2))
    return None


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[source[-40:] for source, _ in CASES])
def test_the_values_of_an_expression(source: str, expected: list[str]) -> None:
    nodes = list(ast.walk(ast.parse(source)))
    call = next(node for node in nodes if isinstance(node, ast.Call) and called(node) == "load")
    assert [one.text for one in Values((pair for node in nodes for pair in bindings(node)), literal).of(call.args[0])] == expected


NAMES = st.sampled_from(
    ["a", "b", "c", "'x'", "f'{a}{b}'", "a or b", "a if b else c", "[a, b, c]", "{'k': a}", "a['k']", "g(a)", "str(b)"]
)


@given(st.lists(st.tuples(st.sampled_from("abc"), NAMES), max_size=12))
def test_any_knot_of_names_ends(pairs: list[tuple[str, str]]) -> None:
    nodes = list(ast.walk(ast.parse("\n".join(f"{name} = {value}" for name, value in pairs) + "\nload(a)")))
    call = next(node for node in nodes if isinstance(node, ast.Call) and called(node) == "load")
    assert len(Values((pair for node in nodes for pair in bindings(node)), literal).of(call.args[0])) <= 20
