"""Commands in the fenced blocks of Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.documents.shell.sources import FileSlice
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS, may_start
from modelcheck.readers.launch.scripts import Script
from modelcheck.registry import reader

_FENCE = lazy(r"(?ms)^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>\w*)[^\n]*\n(?P<body>.*?)^[ \t]*(?P=fence)")
_PROMPT = lazy(r"(?m)^[ \t]*[$%>][ \t]+")
_MOST = 2_000
_SHELLS = frozenset(("", "sh", "bash", "shell", "console", "zsh", "text"))


@reader(files=("*.md", "*.mdx", "*.markdown"), mentions=(*COMMAND_MENTIONS, "/v1/"))
def markdown(file: TextFile) -> Iterator[ModelUse]:
    """The commands that a page shows: each block is a script of its own. A prompt's dollar sign is not part of a command."""
    lines = Lines(file.path, file.text)
    for block in islice(_FENCE.finditer(file.text), _MOST):
        if block["language"].lower() in _SHELLS:
            body = _PROMPT.sub(lambda found: " " * len(found.group()), block["body"])
            if may_start(body) or "/v1/" in body:
                yield from Script(lines, "markdown").uses_of(FileSlice(lines, block.start("body"), body))
