"""Which strings a Python expression may be, and where each was written: read off the syntax tree, never run."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from modelcheck.documents import TextFile
from modelcheck.documents.located import Located
from modelcheck.documents.python_text import UNPARSABLE, nodes_of, parse_python
from modelcheck.documents.shell.pieces import Joined, Piece
from modelcheck.documents.shell.sources import Value
from modelcheck.findings import Span

_DEEPEST = 8
_MOST = 20
"""Values that one expression may have: a table of more of them is a catalogue."""
_OPTIONS = (
    "Option",
    "option",
    "Argument",
    "argument",
    "Field",
    "field",
    "add_argument",
    "Parameter",
    "Form",
    "Query",
    "DEFINE_string",
)
_LOOKUPS = ("get", "getenv", "pop", "setdefault")
_DEFAULTS = ("default", "default_var", "fallback")
"""What a lookup calls its default: dictionaries and variables of the environment, Airflow, configparser."""
_PASSED_ON = ("str", "Path", "PurePath", "strip", "rstrip", "lstrip", "expanduser", "resolve", "as_posix", "PosixPath", "split")


_BINDING = frozenset((
    ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.comprehension, ast.arguments, ast.keyword, ast.Dict, ast.Call,
))  # fmt: skip


class Values:
    """Answers for one module, by its ``bindings``. ``literal`` returns a constant string with its place, None for anything else.

    ``elsewhere`` returns the values of names and attributes that another file defines.
    """

    def __init__(
        self,
        bound: Iterable[tuple[str, ast.expr]],
        literal: Callable[[ast.expr | None], Located | None],
        elsewhere: Callable[[ast.expr], list[Located]] = lambda _: [],
    ) -> None:
        self._literal = literal
        self._elsewhere = elsewhere
        self._bound: dict[str, list[ast.expr]] = {}
        for name, value in bound:
            values = self._bound.setdefault(name, [])
            if len(values) < _MOST:
                values.append(value)

    def of(self, node: ast.expr | None) -> list[Located]:
        """The strings that an expression may be, each once, in the order in which they are written in it."""
        found: dict[tuple[int | None, int | None, str], Located] = {}
        for one in self._of(node, 0, frozenset()):
            found.setdefault((one.at.line, one.at.column, one.text), one)
            if len(found) >= _MOST:
                break
        return list(found.values())

    def first(self, node: ast.expr | None) -> Located | None:
        """The first of them."""
        return next(iter(self.of(node)), None)

    def _of(self, node: ast.expr | None, depth: int, seen: frozenset[str]) -> Iterator[Located]:
        if node is None or depth > _DEEPEST:
            return
        literal = self._literal(node)
        if literal is not None:
            yield literal
        elif isinstance(node, (ast.Name, ast.Attribute)):
            name = node.id if isinstance(node, ast.Name) else node.attr
            # An object of another file has its own attributes; a name of this file hides an imported one.
            found = self._elsewhere(node) if isinstance(node, ast.Attribute) else []
            for value in self._bound.get(name, ()) if name not in seen and not found else ():
                found += self._of(value, depth + 1, seen | {name})
            yield from found or (self._elsewhere(node) if isinstance(node, ast.Name) else ())
        else:
            for part in _parts(node):
                yield from self._of(part, depth + 1, seen)
            if isinstance(node, ast.JoinedStr):
                yield from self._joined(node, node.values, depth, seen)
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                yield from self._joined(node, _summands(node), depth, seen)

    def _joined(self, node: ast.expr, parts: Sequence[ast.expr], depth: int, seen: frozenset[str]) -> Iterator[Located]:
        """An f-string or a sum of strings whose parts each have one value, at its own place."""
        place = self._literal(ast.copy_location(ast.Constant("x"), node))
        if place is None:
            return
        pieces: list[Piece] = []
        for part in parts:
            value = Located(str(part.value), place.at) if isinstance(part, ast.Constant) else None
            values = (
                [value] if value else list(self._of(part.value if isinstance(part, ast.FormattedValue) else part, depth + 1, seen))
            )
            if len(values) != 1:
                return
            pieces.append(Piece(values[0].text, Value(values[0]), 0, len(values[0].text)))
        yield Joined("".join(piece.text for piece in pieces), place.at, pieces=tuple(pieces))


def _summands(node: ast.expr) -> list[ast.expr]:
    """The parts of a sum, in order."""
    found: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and len(found) < _MOST:
        found.append(node.right)
        node = node.left
    return [node, *reversed(found)]


def _parts(node: ast.expr) -> list[ast.expr | None]:
    """The expressions whose values an expression may have."""
    if isinstance(node, ast.BoolOp):
        return [*node.values]
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [*node.elts]
    if isinstance(node, ast.Dict):
        return [*node.values]
    if isinstance(node, ast.Subscript):
        return _element(node)
    if isinstance(node, ast.NamedExpr):
        return [node.value]
    return _call(node) if isinstance(node, ast.Call) else []


def _element(node: ast.Subscript) -> list[ast.expr | None]:
    """One entry of a table that is written there, or any of a named one; ``os.environ[…]`` has no value in the file."""
    if isinstance(node.value, ast.Dict) and isinstance(node.slice, ast.Constant):
        keys = (key.value if isinstance(key, ast.Constant) else None for key in node.value.keys)
        return [value for key, value in zip(keys, node.value.values, strict=True) if key == node.slice.value]
    return [] if isinstance(node.value, ast.Attribute) and node.value.attr == "environ" else [node.value]


def _call(node: ast.Call) -> list[ast.expr | None]:
    name = called(node)
    keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if name in _LOOKUPS:
        given = next((keywords[one] for one in _DEFAULTS if one in keywords), None)
        return [given or (node.args[1] if len(node.args) > 1 else None)]
    if name in _OPTIONS:
        positional = node.args[0] if node.args and name in ("Option", "Argument", "Field", "Form", "Query") else None
        return [keywords.get("default") or positional]
    if name in _PASSED_ON:
        return [node.func.value] if isinstance(node.func, ast.Attribute) and not node.args else [*node.args[:1]]
    return []


def bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names with their values: assignments, loops, arguments with defaults, keys of dictionaries, options of command lines."""
    return _bound(node) if type(node) in _BINDING else iter(())


def _bound(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, (ast.Name, ast.Attribute)):
                yield target.id if isinstance(target, ast.Name) else target.attr, node.value
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None and isinstance(node.target, ast.Name):
        yield node.target.id, node.value
    elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
        yield node.target.id, node.iter
    elif isinstance(node, ast.arguments):
        given = [*node.posonlyargs, *node.args]
        yield from (
            (one.arg, default) for one, default in zip(given[len(given) - len(node.defaults) :], node.defaults, strict=True)
        )
        pairs = zip(node.kwonlyargs, node.kw_defaults, strict=True)
        yield from ((one.arg, default) for one, default in pairs if default is not None)
    elif isinstance(node, ast.keyword) and node.arg:
        yield node.arg, node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.Call):
        yield from _option(node)


def arguments_given(nodes: Sequence[ast.AST]) -> Iterator[tuple[ast.Call, str, ast.expr]]:
    """The parameters of a module's own functions with what calls of them give by position: call, parameter, value."""
    own: dict[str, list[str] | None] = {}
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names = [one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg not in ("self", "cls")]
            own[node.name] = None if node.name in own else names  # of several with one name it may be any
        elif isinstance(node, ast.ClassDef):
            made = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
            own[node.name] = [one.arg for one in made.args.args[1:]] if made else []
    for node in nodes:
        if isinstance(node, ast.Call) and path_of(node.func).removeprefix("self.") in own:
            given = itertools.takewhile(lambda one: not isinstance(one, ast.Starred), node.args)
            yield from ((node, name, value) for name, value in zip(own[called(node)] or (), given, strict=False))


def _option(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """``add_argument("--model", default=…)`` and click's and absl's, by the name that the program reads it by."""
    if called(node) not in ("add_argument", "option", "DEFINE_string") or not node.args:
        return
    names = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    keywords: Mapping[str | None, ast.expr] = {keyword.arg: keyword.value for keyword in node.keywords}
    default = keywords.get("default") or (node.args[1] if called(node) == "DEFINE_string" and len(node.args) > 1 else None)
    long = next((name for name in names if name.startswith("--")), names[0] if names else "")
    if default is not None and long:
        yield long.lstrip("-").replace("-", "_"), default


def literals(file: TextFile) -> Callable[[ast.expr | None], Located | None]:
    """For ``Values``: reads a constant string of a module with the place of its text."""
    lines = re.split(r"\r\n|\r|\n", file.text)

    def literal(node: ast.expr | None) -> Located | None:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value):
            return None
        # Columns count in bytes of UTF-8, and the text begins after the quotation mark.
        line = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
        column = len(line.encode()[: node.col_offset].decode(errors="ignore")) + 2
        end = node.end_lineno == node.lineno
        last = (node.lineno, column + len(node.value)) if end else (None, None)
        return Located(node.value, Span(file.path, node.lineno, column, *last))

    return literal


def variables_of(file: TextFile) -> dict[str, Located]:
    """The variables of a module that have one string as their value, and those of the environment that it sets."""
    try:
        tree = parse_python(file.text)
    except UNPARSABLE:
        return {}
    assigned = [node for node in nodes_of(tree) if isinstance(node, (ast.Assign, ast.AnnAssign))]
    pairs = [pair for node in assigned for pair in (*bindings(node), *_environment(node))]
    values = Values(pairs, literals(file))
    found = {name: values.of(value) for name, value in pairs}
    return {name: words[0] for name, words in found.items() if len(words) == 1}


def _environment(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """``os.environ["NAME"] = value``."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            match target:
                case ast.Subscript(value=table, slice=ast.Constant(value=str(name))) if path_of(table).endswith("environ"):
                    yield name, node.value


def called(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    return path_of(node.func).rpartition(".")[2]


def path_of(node: ast.expr) -> str:
    """A dotted name: ``client.chat.completions.create``."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    elif isinstance(node, ast.Call):
        parts.append(path_of(node.func))
    return ".".join(reversed(parts))
