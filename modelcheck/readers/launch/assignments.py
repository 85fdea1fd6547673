"""``NAME=value`` in every form: lines of shell, Make and Dockerfiles, environment files, units, YAML and arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.documents.located import Lines, Located, located
from modelcheck.documents.yamlfile import Node
from modelcheck.patterns import lazy
from modelcheck.records import record

_PREFIX = r"(?:(?:export|local|readonly|declare(?:[ \t]+-\w+)*|set|ENV|ARG|-)[ \t]+)?(?:\$env:|\$)?"
_NAME = r"(?P<name>[A-Za-z_]\w*)"
_QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'"
_SHELL = lazy(
    rf"[ \t]*{_PREFIX}{_NAME}(?P<sign>[ \t]*(?:\?|:{{1,2}})=[ \t]*|=|[ \t]+=[ \t]+)"
    rf"(?P<value>{_QUOTED}|(?:\$\{{[^}}]*\}}|\$\([^)]*\)|[^\s\"';&|])+)?"
)
_LINE = lazy(rf"(?m)^[ \t]*(?:export[ \t]+)?{_NAME}=[ \t]*(?P<value>{_QUOTED}|(?:(?![ \t]#)[^\n])*)")


@record()
class Assignment:
    """One variable and its value, without the quotes around it. ``literal``: in single quotes, where no variable is replaced."""

    name: str
    value: Located
    literal: bool = False


def split_assignment(argument: Located) -> Assignment | None:
    """``NAME=value`` as one argument, as after docker's ``-e`` or in a list of Compose's; None for anything else."""
    name, equals, value = argument.text.partition("=")
    if not (equals and value and name.isidentifier()):
        return None
    return Assignment(name, argument.after(len(name) + 1))


def environment_of(node: Node | None, lines: Lines) -> dict[str, Located]:
    """The variables of a YAML value in each form: a mapping, a list of ``NAME=value``, a list of ``{name: …, value: …}``."""
    found = {name: located(value) for name, value in (node.items() if node else ()) if value.text}
    for element in node or ():
        name, value = element.get("name"), element.get("value")
        if name is not None and name.text and value is not None and value.text:
            found[name.text] = located(value)
        elif element.text:
            one = split_assignment(located(element))
            if one:
                found[one.name] = lines.place(element, [one.value.text], script=False)[0]
    return found


def shell_assignments(line: str, start: int, lines: Lines) -> Iterator[Assignment]:
    """The assignments that a line of shell, Make, PowerShell or a Dockerfile begins with; ``start`` is its offset in the file.

    Only ``A=1 B=2`` can hold several: with blanks around the sign, the value is the rest of the line.
    """
    found = _SHELL.match(line)
    while found and found["value"]:
        yield _assignment(found, start, lines)
        found = _SHELL.match(line, found.end()) if found["sign"] == "=" else None


def file_assignments(lines: Lines) -> Iterator[Assignment]:
    """The assignments of an environment file, one a line: an unquoted value ends at the line's end or before `` #``."""
    for found in _LINE.finditer(lines.text):
        if found["value"].strip():
            yield _assignment(found, 0, lines)


def _assignment(found: re.Match[str], start: int, lines: Lines) -> Assignment:
    written = found["value"].rstrip()
    quoted = len(written) > 1 and written[0] in "\"'" and written[-1] == written[0]
    begin = start + found.start("value") + quoted
    text = written[1:-1] if quoted else written
    return Assignment(found["name"], Located(text, lines.span(begin, begin + len(text))), quoted and written[0] == "'")
