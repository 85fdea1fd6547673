"""Code in Markdown and reStructuredText: commands in blocks and between backticks, files of other kinds in fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.documents.shell.sources import FileSlice
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS, may_start
from modelcheck.readers.launch.scripts import Script
from modelcheck.registry import reader

_FENCE = lazy(r"(?ms)^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>\w*)[^\n]*\n(?P<body>.*?)^[ \t]*(?P=fence)")
_INDENTED = lazy(r"(?m)(?<=\n)[ \t]*\n(?P<body>(?:(?: {4}|\t)[^\n]*\n)+)")
_INLINE = lazy(r"(?<!`)`(?P<body>[^`\n]{8,400})`(?!`)")
_PROMPT = lazy(r"(?m)^[ \t]*[$%>][ \t]+")
_MOST = 2_000
_SHELLS = frozenset(("", "sh", "bash", "shell", "console", "zsh", "text"))
_FILES = {"yaml": "block.yaml", "yml": "block.yaml", "python": "block.py", "py": "block.py", "dockerfile": "Dockerfile"}


@reader(files=("*.md", "*.mdx", "*.markdown", "*.rst"), mentions=(*COMMAND_MENTIONS, "/v1/", "from_pretrained"))
def markdown(file: TextFile) -> Iterator[ModelUse | Embedded]:
    """What a page shows: each block is a file of its own. A prompt's dollar sign is not part of a command."""
    lines = Lines(file.path, file.text)
    for block in islice(_FENCE.finditer(file.text), _MOST):
        language = block["language"].lower()
        if language in _SHELLS:
            yield from _script(block["body"], block.start("body"), lines)
        elif language in _FILES:
            yield Embedded(_FILES[language], block["body"], lines.span(block.start("body"), block.start("body")).line or 1)
    rest = _FENCE.sub(lambda block: _blanks(block.group()), file.text)
    for pattern in (_INDENTED, _INLINE):
        for found in islice(pattern.finditer(rest), _MOST):
            yield from _script(found["body"], found.start("body"), lines)


def _blanks(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _script(body: str, start: int, lines: Lines) -> Iterator[ModelUse]:
    body = _PROMPT.sub(lambda found: " " * len(found.group()), body)
    if may_start(body) or "/v1/" in body:
        yield from Script(lines, "markdown").uses_of(FileSlice(lines, start, body))
