"""Files inside of files: heredocs and ``python -c`` in shell text, files in block scalars of YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from modelcheck.documents.located import Lines
from modelcheck.documents.yamlfile import Node
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded

_HEREDOC = lazy(r"<<(?P<dash>-?)[ \t]*(?P<quote>[\"']?)(?P<mark>[A-Za-z_]\w{0,40})(?P=quote)")
_LONGEST = 100_000
_LONGEST_LINE = 4_000
_WRITTEN_TO = lazy(r"(?:>{1,2}|\btee\b(?:[ \t]+-a)?)[ \t]*[\"']?(?P<path>[\w./${}~-]+)")
_PYTHON = lazy(r"\bpython[\d.]*[ \t]+(?:-\w+[ \t]+)*-c[ \t]+(?P<quote>[\"'])(?P<code>(?s:.{1,20000}?))(?<!\\)(?P=quote)")
# The program that reads a heredoc, and the file that its text then is.
_READ_BY = (
    (lazy(r"\b(kubectl|oc|helm|kustomize)\b"), "heredoc.yaml"),
    (lazy(r"\bdocker(-|[ \t]+)compose\b"), "compose.yaml"),
    (lazy(r"\bpython[\d.]*\b"), "heredoc.py"),
    (lazy(r"\b(ba|z|da)?sh\b|\bssh\b"), "heredoc.sh"),
    (lazy(r"\bollama[ \t]+create\b"), "Modelfile"),
)
_FILE_NAME = lazy(r"[\w.-]+\.(py|sh|ya?ml|json|toml|ini|conf|cfg|env|properties|ipynb)|[Mm]odelfile|[Dd]ockerfile")
_MOST = 50


def embedded_in_shell(lines: Lines, start: int = 0, end: int | None = None) -> Iterator[Embedded]:
    """The heredocs and ``python -c`` texts in ``text[start:end]`` whose kind of file is known."""
    text = lines.text[start:end]
    for found in islice(_HEREDOC.finditer(text), _MOST) if "<<" in text else ():
        yield from _heredoc(found, text, start, lines)
    for found in islice(_PYTHON.finditer(text), _MOST) if "python" in text else ():
        at = lines.span(start + found.start("code"), start + found.start("code"))
        code = found["code"]
        # Only the first line is moved to the right; where there are more, their columns are those of the file already.
        yield Embedded("command.py", code, at.line or 1, (at.column or 1) if "\n" not in code else 1)


def _heredoc(found: re.Match[str], text: str, start: int, lines: Lines) -> Iterator[Embedded]:
    """The text after the line of ``<<MARK``, up to the line that holds nothing but the mark."""
    begin, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
    command = text[begin:end] if 0 <= end - begin <= _LONGEST_LINE else ""
    name = None if command.lstrip().startswith("#") else _name_of(command)
    closing = re.compile(rf"(?m)^[ \t]*{found['mark']}[ \t]*$").search(text, end + 1, end + 1 + _LONGEST) if name else None
    if name and closing:
        yield Embedded(name, text[end + 1 : closing.start()], lines.span(start + end + 1, start + end + 1).line or 1)


def _name_of(command: str) -> str | None:
    written = _WRITTEN_TO.search(command)
    if written:
        return written["path"].rpartition("/")[2]
    return next((name for program, name in _READ_BY if program.search(command)), None)


def embedded_in_mapping(node: Node | None, lines: Lines) -> Iterator[Embedded]:
    """The files of a mapping whose keys are file names, as in a ConfigMap's ``data``: those that are block scalars."""
    for name, child in islice(node.items() if node is not None else (), _MOST):
        if child.text is not None and child.style == "|" and _FILE_NAME.fullmatch(name):
            first = lines.offset(child.line + 1, 1)
            indentation = re.match(r"[ ]*", lines.text[first : first + 200])
            yield Embedded(name, child.text, child.line + 1, 1 + (indentation.end() if indentation else 0))
