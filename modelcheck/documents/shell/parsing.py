"""Shell text to syntax trees, within limits: tree-sitter takes quadratic time and memory on some texts that are not shell."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from modelcheck.patterns import lazy

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Parser

_LONGEST_LINE = 20_000
_LARGEST_PART = 64 * 1024
_MOST_PIPES = 1_500
"""In one part: 10,000 of them take a gigabyte."""
_MOST_SIGNS = 16_000
"""Parentheses, redirections and the like in one part. Less than a tenth of an ordinary script is of these."""
_SECONDS = 1.5
"""Of the processor, for all of a text. Only hostile text reaches this: a megabyte of ordinary shell takes a quarter of a second."""
_LONG_LINES = lazy(rf"[^\n]{{{_LONGEST_LINE},}}")
_NOT_ASCII = lazy(r"[^\x00-\x7f]")
_TEMPLATE = lazy(r"\$?\{\{[^{}\n]{0,200}\}\}")
"""Part of a word that another program replaces before the shell sees it: ``${{ matrix.model }}``, ``{{ .Values.model }}``."""
_TO_FILL_IN = lazy(r"(?P<before>=|(?:^|\s)--?[\w-]+ +)(?P<text><[A-Za-z](?:[\w ./:-]{0,60}\w)?>)", re.MULTILINE)
"""What the reader of an example is to replace, as a value: ``TOKEN=<your token>``. To a shell it redirects."""
_CONTINUED = lazy(r"\\\r\n")
_BEGINNING = lazy(r"\n(?=\n[A-Za-z_#])")
"""Where a text may be cut: after an empty line, before a line that is not indented."""
_CHUNK = 8192


def parse(text: str) -> Iterator[tuple[Node, int]]:
    """The root of each part of a text with the part's offset. A node's offsets count characters of its part.

    A text of ordinary size is one part. Lines longer than 20,000 characters, and parts that cannot be shell, are left out.
    """
    left = _SECONDS
    if len(text) > _LONGEST_LINE:
        text = _LONG_LINES.sub(lambda found: " " * len(found.group()), text)
    for start, part in _parts(text):
        if part.count("|") > _MOST_PIPES or sum(map(part.count, "()<>&|")) > _MOST_SIGNS:
            continue
        begun = time.thread_time()
        tree = _tree(part, begun + left)
        left -= time.thread_time() - begun
        if tree is None:
            return
        yield tree, start


def _tree(part: str, ends: float) -> Node | None:
    """The tree of one part; None where the time is up."""
    plain = _NOT_ASCII.sub("_", part)
    if "{{" in plain:
        plain = _TEMPLATE.sub(lambda found: "_" * len(found.group()), plain)
    if "<" in plain:
        plain = _TO_FILL_IN.sub(lambda found: found["before"] + "_" * len(found["text"]), plain)
    if "\r" in plain:
        plain = _CONTINUED.sub(" \\\\\n", plain).replace("\r\n", "\n\n")
    content = plain.encode("ascii")
    try:
        tree = _parser().parse(
            lambda offset, _: content[offset : offset + _CHUNK], progress_callback=lambda *_: time.thread_time() > ends
        )
    except ValueError:  # it was stopped
        return None
    return tree.root_node


@cache
def _language() -> Language:
    import tree_sitter_bash
    from tree_sitter import Language

    return Language(tree_sitter_bash.language())


def _parser() -> Parser:
    from tree_sitter import Parser

    return Parser(_language())


def _parts(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(text) - start > _LARGEST_PART:
        end = start
        for found in _BEGINNING.finditer(text, start + _LARGEST_PART // 2, start + _LARGEST_PART):
            end = found.end()
        if end == start:
            end = text.rfind("\n", start, start + _LARGEST_PART) + 1 or len(text)
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def is_comment(text: str, found: re.Match[str]) -> bool:
    """Whether a match lies in a comment, as far as its line shows."""
    begin = text.rfind("\n", 0, found.start()) + 1
    return re.search(r"(?:^|\s)#", text[begin : found.start()][-_LONGEST_LINE:]) is not None
