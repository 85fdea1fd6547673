"""Inspects the code of a chat template in its syntax tree, without running it. Used by the worker process only.

A tree distinguishes ``selectattr('role')`` from ``|attr('__class__')``; a text search does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, meta, nodes

_HIDDEN = re.compile(
    r"__(class|mro|bases?|subclasses|globals|builtins|import|init|new|getattribute|getattr|dict|code|func|self|loader|reduce|reduce_ex|"
    r"wrapped|closure|module|call)__"
)
_HELPERS = frozenset(("lipsum", "cycler", "joiner", "self", "request", "config", "get_flashed_messages", "url_for"))
_LOADS = (nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends)
_WORD = re.compile(r"<\|[^|<>\s]{1,60}\|>|<｜[^｜<>]{1,60}｜>|</?[A-Za-z_][\w-]{0,40}>|\[/?[A-Z_]{2,30}\]")
_ENCODED = re.compile(r"(?:[A-Za-z0-9+/]{4}){20,}={0,2}")
_PROSE = re.compile(r"[A-Za-z]{3,}[A-Za-z0-9 ,.'!?-]*")
_ADDRESS = re.compile(r"(?:https?|ftp|wss?)://[^\s'\"<>`)\]}]{3,200}")
_SAID = frozenset(("content", "text", "message", "user_message", "last_message", "query", "prompt", "user_input"))
_VALUES = frozenset(("text", "image", "video", "audio", "string", "none", "null", "true", "false", "nan", "undefined", "empty"))
_MOST = 400


def inspect(environment: Environment, template: str) -> dict[str, Any]:
    """Returns what the code of a template does. Raises jinja2's TemplateSyntaxError.

    ``undeclared`` are the variables that it uses and neither sets nor tests (``is defined``, ``{% if name %}``); those that it
    tests are ``asked``, those that it sets ``set``. ``code``, ``triggers``, ``dates`` and ``addresses`` are pairs of a line and a
    text. ``words`` are the control words in it, each with a line; ``compared`` are those that it only searches for.
    """
    tree = environment.parse(template)
    words: dict[str, int] = {}
    addresses: dict[str, int] = {}
    for line, text in _texts(tree):
        for found in _WORD.finditer(text):
            words.setdefault(found.group(), line)
        for found in _ADDRESS.finditer(text) if "://" in text else ():
            addresses.setdefault(found.group(), line)
    asked, sets = _asked(tree), _set_here(tree)
    return {
        "undeclared": sorted(meta.find_undeclared_variables(tree) - sets - asked - set(environment.globals))[:_MOST],
        "asked": sorted(asked)[:_MOST],
        "set": sorted(sets)[:_MOST],
        "code": sorted(set(_code(tree)))[:_MOST],
        "triggers": sorted(set(_triggers(tree)))[:_MOST],
        "dates": sorted({(node.lineno, "strftime_now") for node in _calls(tree, "strftime_now")}),
        "addresses": [(line, text) for text, line in addresses.items()][:_MOST],
        "words": dict(list(words.items())[:_MOST]),
        "compared": sorted(_compared(tree))[:_MOST],
    }


def _texts(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Its output and its string literals, each with its line; comments are not in the tree."""
    for data in tree.find_all(nodes.TemplateData):
        yield from enumerate(data.data.split("\n"), data.lineno)
    for text in tree.find_all(nodes.Const):
        if isinstance(text.value, str):
            yield text.lineno, text.value


def _set_here(tree: nodes.Template) -> set[str]:
    """The names that it sets, in any branch, including macros."""
    return {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"} | {
        macro.name for macro in tree.find_all(nodes.Macro)
    }


def _asked(tree: nodes.Template) -> set[str]:
    """The variables that it tests with ``is defined`` or for truth, or gives a default."""
    asked = {
        test.node.name
        for test in tree.find_all((nodes.Test, nodes.Filter))
        if test.name in ("defined", "undefined", "default", "d", "none") and isinstance(test.node, nodes.Name)
    }
    tests = [choice.test for choice in tree.find_all(nodes.If)] + [choice.test for choice in tree.find_all(nodes.CondExpr)]
    return asked.union(*map(_for_truth, tests))


def _for_truth(test: nodes.Node) -> Iterator[str]:
    """The names that a condition only tests for truth."""
    if isinstance(test, nodes.Name):
        yield test.name
    elif isinstance(test, nodes.Not):
        yield from _for_truth(test.node)
    elif isinstance(test, nodes.And | nodes.Or):
        yield from _for_truth(test.left)
        yield from _for_truth(test.right)


def _code(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Access to Python internals, or to other files."""
    for node in tree.find_all(nodes.Node):
        line = node.lineno
        if isinstance(node, nodes.Getattr) and _HIDDEN.search(node.attr):
            yield line, f"reads {node.attr}"
        elif isinstance(node, nodes.Const | nodes.Add | nodes.Concat) and _reaches(text := _joined(node)):
            yield line, f"contains the text {text[:60]!r}"
        elif isinstance(node, nodes.Filter) and node.name == "attr" and not _plain(node.args):
            yield line, "asks by |attr() for a name that is put together"
        elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in _HELPERS:
            if node.node.name == "lipsum" or node.attr.startswith("_"):
                yield line, f"reads attributes of jinja2's {node.node.name}"
        elif isinstance(node, _LOADS):
            yield line, f"loads another template ({type(node).__name__.lower()})"


def _joined(node: nodes.Node) -> str:
    """The value of a text expression, also one in parts (``'__cl' ~ 'ass__'``); None for other expressions."""
    if isinstance(node, nodes.Const):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, nodes.Add):
        return _joined(node.left) + _joined(node.right)
    return "".join(map(_joined, node.nodes)) if isinstance(node, nodes.Concat) else ""


def _reaches(text: str) -> bool:
    """Whether a text is such a name, or a format string that reads one; a sentence that mentions one does not count."""
    return bool(_HIDDEN.search(text)) and ("{" in text or not re.search(r"\s", text))


def _plain(arguments: list[nodes.Expr]) -> bool:
    """Whether the first argument of a filter is a plain text, which ``_HIDDEN`` checks."""
    return bool(arguments) and isinstance(arguments[0], nodes.Const)


def _triggers(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Conditions on words in a user's message or on the date, and long texts in base64."""
    keys = [(key, part.node) for part in tree.find_all((nodes.Getattr, nodes.Getitem)) if (key := _key(part)) is not None]  # type: ignore[attr-defined]
    for test, deployers in _conditions(tree, ()):
        for compare in _with_self(test, nodes.Compare):
            yield from _of_comparison(compare, deployers, keys)
        for call in _with_self(test, nodes.Call):
            yield from _of_call(call, deployers)
        for name in _calls(test, "strftime_now"):
            yield name.lineno, "does something else from a date on"
    for line, text in _texts(tree):
        if _encoded(text):
            yield line, "holds a long text in base64"


Messages = tuple[nodes.Expr, ...]
Keys = list[tuple[str, nodes.Node]]


def _conditions(node: nodes.Node, deployers: Messages) -> Iterator[tuple[nodes.Expr, Messages]]:
    """Every condition, and the messages that it has tested to be system messages."""
    if not isinstance(node, nodes.If | nodes.CondExpr):
        for child in node.iter_child_nodes():
            yield from _conditions(child, deployers)
        return
    body = node.body if isinstance(node, nodes.If) else [node.expr1]
    otherwise = [*node.elif_, *node.else_] if isinstance(node, nodes.If) else [node.expr2]
    test: nodes.Expr = node.test  # type: ignore[assignment]  # jinja2 says Node
    inside = (*deployers, *_of_deployer(test))
    yield test, inside
    for part in (test, *body):
        yield from _conditions(part, inside)
    for part in otherwise:
        if part is not None:
            yield from _conditions(part, deployers)


def _of_deployer(test: nodes.Expr) -> Iterator[nodes.Expr]:
    """The messages whose role a condition requires to be system."""
    if isinstance(test, nodes.And):
        yield from _of_deployer(test.left)
        yield from _of_deployer(test.right)
    elif isinstance(test, nodes.Compare) and [operand.op for operand in test.ops] == ["eq"]:
        for one, other in ((test.expr, test.ops[0].expr), (test.ops[0].expr, test.expr)):
            message = _message(one, ("role",))
            if message is not None and isinstance(other, nodes.Const) and other.value in ("system", "developer"):
                yield message


def _message(node: nodes.Node, keys: tuple[str, ...]) -> nodes.Expr | None:
    """The object from which one of some keys is read: ``messages[0]`` of ``messages[0].role`` and of ``messages[0]['role']``."""
    return node.node if isinstance(node, nodes.Getattr | nodes.Getitem) and _key(node) in keys else None


def _key(node: nodes.Node) -> str | None:
    """The key that is read: ``role`` of ``message.role`` and of ``message['role']``."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    named = isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str)
    return node.arg.value if named else None  # type: ignore[attr-defined]


def _of_comparison(compare: nodes.Compare, deployers: Messages, keys: Keys) -> Iterator[tuple[int, str]]:
    for operand in compare.ops:
        if operand.op in ("in", "notin") and _said(operand.expr, deployers):
            word = compare.expr.value if isinstance(compare.expr, nodes.Const) else None
            is_key = (word, operand.expr) in keys  # 'parts' in content, where content.parts is asked for
            sides: tuple[nodes.Expr, ...] = () if is_key else (compare.expr,)
        elif operand.op in ("eq", "ne"):
            one, other = compare.expr, operand.expr
            sides = (other,) if _said(one, deployers) else (one,) if _said(other, deployers) else ()
        else:
            sides = ()
        for side in sides:
            for text in _with_self(side, nodes.Const):
                if isinstance(text.value, str) and _prose(text.value):
                    yield compare.lineno, f"behaves differently if a message contains {text.value[:60]!r}"


def _of_call(call: nodes.Call, deployers: Messages) -> Iterator[tuple[int, str]]:
    """``content.startswith('…')`` and similar calls."""
    asks = ("startswith", "endswith", "find", "index", "count")
    if isinstance(call.node, nodes.Getattr) and call.node.attr in asks and _said(call.node.node, deployers):
        for argument in call.args:
            if isinstance(argument, nodes.Const) and isinstance(argument.value, str) and _prose(argument.value):
                yield call.lineno, f"behaves differently if a message contains {argument.value[:60]!r}"


def _said(node: nodes.Node, deployers: Messages) -> bool:
    """Whether an expression is a message's content, or a variable with such a name."""
    if isinstance(node, nodes.Name):
        return node.name in _SAID - {"message"}
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):  # content.lower()
        return any(_said(part, deployers) for part in (node.node.node, *node.args))
    message = _message(node, ("content", "text"))
    if message is not None and message not in deployers:
        return True
    if message is None and _key(node) is not None:  # for example the type of a part
        return False
    return any(_said(child, deployers) for child in node.iter_child_nodes())


def _prose(text: str) -> bool:
    """Whether a text consists of ordinary words, not of format markers."""
    return bool(_PROSE.fullmatch(text.strip())) and text.strip().lower() not in _VALUES


def _encoded(text: str) -> bool:
    found = _ENCODED.search(text)
    return bool(found) and len(set(found.group())) > 20 and any(map(str.isdigit, found.group()))  # type: ignore[union-attr]


def _compared(tree: nodes.Template) -> set[str]:
    """Control words in comparisons, calls and filters: searched for or removed, and perhaps never written."""
    found: set[str] = set()
    for node in tree.find_all((nodes.Compare, nodes.Call, nodes.Filter, nodes.Test)):
        for text in node.find_all(nodes.Const):
            if isinstance(text.value, str):
                found |= set(_WORD.findall(text.value))
    return found


def _calls(tree: nodes.Node, name: str) -> Iterator[nodes.Call]:
    for call in _with_self(tree, nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == name:
            yield call


def _with_self(node: nodes.Node, kind: Any) -> Iterator[Any]:
    if isinstance(node, kind):
        yield node
    yield from node.find_all(kind)
