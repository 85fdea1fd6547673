"""Files inside of YAML of any kind: scripts with heredocs or ``python -c`` in blocks, and Python that is an argument."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from modelcheck.declarations import reader
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded

_PYTHON = lazy(r"(\S*/)?python[\d.]*")
_IN_SHELL = lazy(r"<<-?[ \t]*[\"']?\w|\bpython[\d.]*[ \t]+(-\w+[ \t]+)*-c\b")
_MOST = 50
_MOST_NODES = 50_000


@reader(files=("*.yml", "*.yaml"), mentions=("<<", "python"))
def yaml_scripts(file: YamlFile) -> Iterator[Embedded]:
    """Blocks of text, each as the file that it is."""
    lines = file.text.split("\n")
    yield from islice(_embedded(file, lines), _MOST)


def _embedded(file: YamlFile, lines: list[str]) -> Iterator[Embedded]:
    waiting = list(reversed(file.documents))
    seen = set[int]()
    while waiting and len(seen) < _MOST_NODES:
        node = waiting.pop()
        if id(node) in seen or node.path != file.path:
            continue
        seen.add(id(node))
        code = _python_argument(node)
        if code is not None:
            yield _block("command.py", code, lines)
        if node.style == "|" and node.text and _IN_SHELL.search(node.text):
            yield _block("block.sh", node, lines)
        waiting += [*node, *(child for _, child in node.items())]


def _python_argument(node: Node) -> Node | None:
    """The block of code that ``python -c`` gets as an argument of its own."""
    argv = [*(node.get("command") or ()), *(node.get("args") or ())] if node.children is not None else []
    flags = [place for place, (program, flag) in enumerate(pairwise(argv)) if _is_python(program) and flag.text == "-c"]
    code = argv[flags[0] + 2] if flags and flags[0] + 2 < len(argv) else None
    return code if code is not None and code.style == "|" else None


def _is_python(node: Node) -> bool:
    return node.text is not None and _PYTHON.fullmatch(node.text) is not None


def _block(name: str, node: Node, lines: list[str]) -> Embedded:
    first = lines[node.line] if node.line < len(lines) else ""
    indentation = re.match(r"[ ]*", first)
    return Embedded(name, node.text or "", node.line + 1, 1 + (indentation.end() if indentation else 0))
