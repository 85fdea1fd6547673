"""Files that strings of HCL hold: heredocs, and the templates that ``templatefile`` fills (user data of machines, manifests).

https://developer.hashicorp.com/terraform/language/expressions/strings: ``${…}`` is replaced, ``$${`` and ``%%{`` are literal.
Directives (``%{ if … }``) are left out, so that all their branches are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from pathlib import PurePosixPath

from modelcheck.documents.hcl import read_tokens
from modelcheck.documents.hcl_syntax import parse_body
from modelcheck.documents.hcl_tree import Expression
from modelcheck.documents.located import Lines, Located
from modelcheck.patterns import lazy
from modelcheck.readers.filled import Filled, Part, replaced
from modelcheck.records import record

_SEQUENCE = lazy(r"(?P<escaped>\$\$|%%)\{|\$\{~?(?P<expression>[^{}\"\n]{1,200}?)~?\}|(?P<directive>%\{[^{}\n]*\})")
_MOST = 500
_LONGEST = 2**16
_SUFFIXES = (".tftpl", ".tpl", ".tmpl", ".tftmpl", ".template")
_YAML = lazy(r"(---|[\w.-]+:([ \t]|$))", re.MULTILINE)


@record()
class Document(Located):
    """A text that is a file of its own: ``filled``."""

    filled: Filled | None = None


def heredoc(value: Located, evaluate: Callable[[Expression], Located | None]) -> Located:
    """A heredoc, whose lines are those of its file."""
    before = "\n" * ((value.at.line or 1) - 1)
    lines = Lines(value.at.path, before + value.text)
    return _filled(value, "", lines, len(before), evaluate)


def template(value: Located, path: str, lines: Lines, evaluate: Callable[[Expression], Located | None] | None) -> Located:
    """The file at ``path``, which is ``value``; its expressions are evaluated unless that is None."""
    return _filled(value, PurePosixPath(path).name, lines, 0, evaluate)


def _filled(
    value: Located, name: str, lines: Lines, start: int, evaluate: Callable[[Expression], Located | None] | None
) -> Located:
    text = lines.text[start:]
    if len(text) > _LONGEST:
        return value
    found = () if evaluate is None else islice(_SEQUENCE.finditer(text), _MOST)
    parts = list(replaced(text, start, found, lambda one: _part(one, start, evaluate) if evaluate else None))
    filled = Filled(_name(name, text), lines, parts)
    return Document(filled.text, value.at, filled=filled)


def _part(found: re.Match[str], start: int, evaluate: Callable[[Expression], Located | None]) -> Part | None:
    """What stands in the place of a sequence of a template; None for an expression of which nothing is known."""
    place = start + found.start()
    if found["escaped"]:
        return Part(found.group()[1:], place + 1)
    if found["directive"]:
        return Part("", place)
    expression = parse_body(read_tokens(f"x = {found['expression']}\n"), "").attributes.get("x")
    value = evaluate(expression) if expression is not None else None
    return None if value is None else Part(value.text, place, len(found.group()), value.at)


def _name(name: str, text: str) -> str:
    """The name by which a text is read: its file's without the suffix of a template, or one for what it begins with."""
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    if "." in name:
        return name
    first = text.lstrip()
    if first.startswith("#!"):
        return "script.py" if "python" in first.partition("\n")[0] else "script.sh"
    return "document.yaml" if first.startswith("#cloud-config") or _YAML.match(first) else "script.sh"
