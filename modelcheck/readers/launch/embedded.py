"""Files inside of files: heredocs and ``python -c`` in shell text, files in block scalars of YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from modelcheck.documents.located import Lines
from modelcheck.documents.yamlfile import Node
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded

_HEREDOC = lazy(
    r"(?m)^(?P<command>[^\n#]*?)<<(?P<dash>-?)[ \t]*(?P<quote>[\"']?)(?P<mark>[A-Za-z_]\w{0,40})(?P=quote)(?P<after>[^\n]*)\n"
    r"(?P<body>(?s:.{0,100000}?))^[ \t]*(?P=mark)[ \t]*$"
)
_WRITTEN_TO = lazy(r"(?:>{1,2}|\btee\b(?:[ \t]+-a)?)[ \t]*[\"']?(?P<path>[\w./${}~-]+)")
_PYTHON = lazy(r"\bpython[\d.]*\s+(?:-\w+\s+)*-c\s+(?P<quote>[\"'])(?P<code>(?s:.{1,20000}?))(?<!\\)(?P=quote)")
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
    if "<<" in text:
        for found in islice(_HEREDOC.finditer(text), _MOST):
            name = _name_of(found["command"] + found["after"])
            if name:
                yield Embedded(name, found["body"], lines.span(start + found.start("body"), start + found.start("body")).line or 1)
    for found in islice(_PYTHON.finditer(text), _MOST) if "python" in text else ():
        at = lines.span(start + found.start("code"), start + found.start("code"))
        code = found["code"]
        # Only the first line is moved to the right; where there are more, their columns are those of the file already.
        yield Embedded("command.py", code, at.line or 1, (at.column or 1) if "\n" not in code else 1)


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
