"""What a chat template's code does, seen in its syntax tree: nothing is run. Used by the worker process only.

A tree tells ``selectattr('role')`` from ``|attr('__class__')``, which a search for words cannot.
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
_SAID = frozenset(("content", "text", "message", "user_message", "last_message", "query", "prompt", "user_input"))
_VALUES = frozenset(("text", "image", "video", "audio", "string", "none", "null", "true", "false", "nan", "undefined", "empty"))
_MOST = 400


def inspect(environment: Environment, template: str) -> dict[str, Any]:
    """Raises jinja2's TemplateSyntaxError.

    ``undeclared`` are the variables that it takes and neither sets nor asks for with ``is defined``; those that it
    asks for are ``asked``. ``code``, ``triggers`` and
    ``dates`` are pairs of a line and what stands there. ``words`` are the control words in it, each with a line; ``compared``
    those among them that it looks for.
    """
    tree = environment.parse(template)
    words: dict[str, int] = {}
    for node in tree.find_all((nodes.TemplateData, nodes.Const)):
        text = node.data if isinstance(node, nodes.TemplateData) else getattr(node, "value", None)
        for found in _WORD.finditer(text) if isinstance(text, str) else ():
            words.setdefault(found.group(), node.lineno)
    return {
        "undeclared": sorted(_demanded(tree) - set(environment.globals))[:_MOST],
        "asked": sorted(_asked(tree) - {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"})[:_MOST],
        "code": sorted(set(_code(tree)))[:_MOST],
        "triggers": sorted(set(_triggers(tree)))[:_MOST],
        "dates": sorted({(node.lineno, "strftime_now") for node in _calls(tree, "strftime_now")}),
        "words": dict(list(words.items())[:_MOST]),
        "compared": sorted(_compared(tree))[:_MOST],
    }


def _demanded(tree: nodes.Template) -> set[str]:
    set_here = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    return meta.find_undeclared_variables(tree) - set_here - _asked(tree)


def _asked(tree: nodes.Template) -> set[str]:
    """The variables that it asks for with ``is defined``, or has a default for."""
    return {
        asked.node.name
        for asked in tree.find_all((nodes.Test, nodes.Filter))
        if asked.name in ("defined", "undefined", "default", "d") and isinstance(asked.node, nodes.Name)
    }


def _code(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """What reaches for Python's inside, or for files beside the template."""
    for node in tree.find_all(nodes.Node):
        line = node.lineno
        if isinstance(node, nodes.Getattr) and _HIDDEN.search(node.attr):
            yield line, f"asks for {node.attr}"
        elif isinstance(node, nodes.Const) and isinstance(node.value, str) and _reaches(node.value):
            yield line, f"holds the text {node.value[:60]!r}"
        elif isinstance(node, nodes.Filter) and node.name == "attr" and not _plain(node.args):
            yield line, "asks by |attr() for a name that is put together"
        elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in _HELPERS:
            if node.node.name == "lipsum" or node.attr.startswith("_"):
                yield line, f"reaches into jinja2's {node.node.name}"
        elif isinstance(node, _LOADS):
            yield line, f"loads another template ({type(node).__name__.lower()})"


def _reaches(text: str) -> bool:
    """Whether a text is such a name or a format that asks for one; a sentence of a prompt that speaks of one is neither."""
    return bool(_HIDDEN.search(text)) and ("{" in text or not re.search(r"\s", text))


def _plain(arguments: list[nodes.Expr]) -> bool:
    """Whether a filter's first argument is a plain text, which ``_HIDDEN`` judges by itself."""
    return bool(arguments) and isinstance(arguments[0], nodes.Const)


def _triggers(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Conditions on words of what a user wrote, or on the date; and long texts in base64."""
    for node in tree.find_all((nodes.If, nodes.CondExpr)):
        test: nodes.Expr = node.test  # type: ignore[attr-defined]
        for compare in _with_self(test, nodes.Compare):
            yield from _of_comparison(compare)
        for call in _with_self(test, nodes.Call):
            yield from _of_call(call)
        for name in _calls(test, "strftime_now"):
            yield name.lineno, "does something else from a date on"
    for node in tree.find_all((nodes.TemplateData, nodes.Const)):
        text = node.data if isinstance(node, nodes.TemplateData) else getattr(node, "value", None)
        if isinstance(text, str) and _encoded(text):
            yield node.lineno, "holds a long text in base64"


def _of_comparison(compare: nodes.Compare) -> Iterator[tuple[int, str]]:
    for operand in compare.ops:
        if operand.op in ("in", "notin") and _said(operand.expr):
            sides: tuple[nodes.Expr, ...] = (compare.expr,)
        elif operand.op in ("eq", "ne"):
            sides = (operand.expr,) if _said(compare.expr) else (compare.expr,) if _said(operand.expr) else ()
        else:
            sides = ()
        for side in sides:
            for text in _with_self(side, nodes.Const):
                if isinstance(text.value, str) and _prose(text.value):
                    yield compare.lineno, f"does something else where a message says {text.value[:60]!r}"


def _of_call(call: nodes.Call) -> Iterator[tuple[int, str]]:
    """``content.startswith('…')`` and its like."""
    asks = ("startswith", "endswith", "find", "index", "count")
    if isinstance(call.node, nodes.Getattr) and call.node.attr in asks and _said(call.node.node):
        for argument in call.args:
            if isinstance(argument, nodes.Const) and isinstance(argument.value, str) and _prose(argument.value):
                yield call.lineno, f"does something else where a message says {argument.value[:60]!r}"


def _said(node: nodes.Node) -> bool:
    """Whether an expression is what somebody wrote: a message's content, or a variable that is called so."""
    for name in _with_self(node, nodes.Name):
        if name.name in _SAID - {"message"}:
            return True
    for part in _with_self(node, nodes.Getattr):
        if part.attr in ("content", "text"):
            return True
    for item in _with_self(node, nodes.Getitem):
        if isinstance(item.arg, nodes.Const) and item.arg.value in ("content", "text"):
            return True
    return False


def _prose(text: str) -> bool:
    """Whether a text is of words that people write, not a mark of a format."""
    return bool(_PROSE.fullmatch(text.strip())) and text.strip().lower() not in _VALUES


def _encoded(text: str) -> bool:
    found = _ENCODED.search(text)
    return bool(found) and len(set(found.group())) > 20 and any(map(str.isdigit, found.group()))  # type: ignore[union-attr]


def _compared(tree: nodes.Template) -> set[str]:
    """Control words that stand in comparisons, calls and filters: looked for or cut off, and perhaps never written."""
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
