"""Python's syntax tree without what says nothing, in the order of ``ast.walk``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from modelcheck.documents.python_text import nodes_of, parse_python

LEFT_OUT = (ast.Name, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.alias, ast.type_ignore)
EVERY_KIND = '''\
@decorated(by=1)
async def f(a, /, b: int = 1, *c, d=(2, [3]), **e) -> "x":
    """Says."""
    global g
    async with a as b, c:
        await d
    for i in {1: 2, **e}: yield i
    else: pass
    while not (x := -a < b <= c and d or e): break
    try: raise E from None
    except* (A, B) as error: assert error, f"{error!r:>{width}} {a.b[1:2, ::3]}"
    finally: del a.b
    match a:
        case {"k": [1, *rest], **more} | P(x=1) if rest: return lambda *z: (yield from z)
        case _: nonlocal_ = [j for j in a if j for k in j if k]
class C(B, metaclass=M):
    x: list[int] = {*a}; y += 1
    import a.b as c
    from . import d as e
'''


def wanted(tree: ast.AST) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if not isinstance(node, LEFT_OUT)]


@pytest.mark.parametrize("path", [Path(ast.__file__), Path(pytest.__file__), Path(__file__)], ids=lambda path: path.name)
def test_of_real_files(path: Path) -> None:
    tree = parse_python(path.read_text("utf-8"))
    assert list(map(id, nodes_of(tree))) == list(map(id, wanted(tree)))


def test_of_every_kind() -> None:
    tree = parse_python(EVERY_KIND)
    assert list(map(id, nodes_of(tree))) == list(map(id, wanted(tree)))
