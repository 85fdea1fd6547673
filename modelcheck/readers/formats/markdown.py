"""Code in Markdown and reStructuredText: commands in blocks and between backticks, files of other kinds in fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.documents.shell.sources import FileSlice
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS, may_start
from modelcheck.readers.launch.scripts import Script

_FENCE = lazy(r"(?m)^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>\w*)[^\n]*\n?")
_INDENTED = lazy(r"(?m)(?<=\n)[ \t]*\n(?P<body>(?:(?: {4}|\t)[^\n]*\n)+)")
_INLINE = lazy(r"(?<!`)`(?P<body>[^`\n]{8,400})`(?!`)")
_PROMPT = lazy(r"(?m)^[ \t]*[$%>][ \t]+")
_MOST = 2_000
_SHELLS = frozenset(("", "sh", "bash", "shell", "console", "zsh", "text"))
_FILES = {
    "yaml": "block.yaml", "yml": "block.yaml", "python": "block.py", "py": "block.py", "dockerfile": "Dockerfile",
    "json": "block.json", "jsonc": "block.json", "toml": "block.toml", "hcl": "block.tf", "terraform": "block.tf", "tf": "block.tf",
    "powershell": "block.ps1", "ps1": "block.ps1", "pwsh": "block.ps1", "ini": "block.ini", "env": ".env", "dotenv": ".env",
    "modelfile": "Modelfile", "makefile": "Makefile", "make": "Makefile", "fish": "block.fish",
}  # fmt: skip
_MANIFEST = lazy(r"(?m)^(services|apiVersion):")
"""YAML under whatever name: a page's author or its generator may have taken another one."""
_PLAIN = lazy(
    r"(?m)^[ \t]*(?:(?:[-*+>$]|\d+[.)])[ \t]+)*"
    r"(?P<body>(?:(?:sudo|nohup)[ \t]+|[A-Z_]+=\S*[ \t]+)*"
    r"(?:docker[ \t]+run|podman[ \t]+run|vllm[ \t]+serve|python3?[ \t]+-m|ollama[ \t]+(?:run|pull)|llama-server|llama-cli|"
    r"text-generation-launcher|sglang[ \t]+serve|lmdeploy[ \t]+serve|trtllm-serve|mlx_lm\.server)[ \t]"
    r"[^\n]*(?:(?<=\\)\n[^\n]*)*)"
)
"""A command on a line of its own, without any mark that it is code."""


@reader(files=("*.md", "*.mdx", "*.markdown", "*.rst"), mentions=(*COMMAND_MENTIONS, "/v1/", "from_pretrained"))
def markdown(file: TextFile) -> Iterator[ModelUse | Embedded]:
    """What a page shows: each block is a file of its own. A prompt's dollar sign is not part of a command."""
    lines = Lines(file.path, file.text)
    rest, last = [], 0
    for language, begin, start, end in islice(_blocks(file.text), _MOST):
        rest += [file.text[last:begin], _blanks(file.text[begin:end])]
        last = end
        if language in _SHELLS:
            yield from _script(file.text[start:end], start, lines)
        elif name := _FILES.get(language) or ("block.yaml" if _MANIFEST.search(file.text, start, end) else None):
            yield Embedded(name, file.text[start:end], lines.span(start, start).line or 1)
    outside = "".join([*rest, file.text[last:]])
    for pattern in (_INDENTED, _INLINE, _PLAIN):
        for found in islice(pattern.finditer(outside), _MOST):
            yield from _script(found["body"], found.start("body"), lines)


def _blocks(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Each fenced block: its language, the offset of its fence, those of its body. One that is not closed ends with the page."""
    opened = None
    for found in _FENCE.finditer(text):
        if opened is None:
            opened = found
        elif found["fence"].startswith(opened["fence"]):
            yield opened["language"].lower(), opened.start(), opened.end(), found.start()
            opened = None
    if opened is not None:
        yield opened["language"].lower(), opened.start(), opened.end(), len(text)


def _blanks(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _script(body: str, start: int, lines: Lines) -> Iterator[ModelUse]:
    body = _PROMPT.sub(lambda found: " " * len(found.group()), body)
    if may_start(body) or "/v1/" in body:
        yield from Script(lines, "markdown").uses_of(FileSlice(lines, start, body))
