"""Which lines of a file belong together, whatever its language: where a comment about one of them can stand.

A statement is a line with what continues it: lines after a backslash, the text of a YAML block scalar or of a heredoc, a fence in
Markdown. Its direct children are the statements that are indented below it, such as the items of a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from modelcheck.patterns import lazy

_CONTINUED = lazy(r"(\\|\^|(?<=\s)`)[ \t]*$")
_BLOCK = lazy(r"(:|^\s*-|\s-)\s+(?:[!&]\S+\s+)*[|>][+-]?\d?[+-]?\s*(#.*)?$")
_FENCE = lazy(r"\s*(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$")
_HEREDOC = lazy(r"<<[-~]?\s*(['\"]?)(?P<mark>[A-Za-z_]\w*)\1(?=[\s;|&)>]|$)")
_MARKDOWN = (".md", ".mdx", ".markdown", ".qmd", ".rmd")
_MOST = 2000
"""Lines of one statement that are looked at."""


class Statements:
    """The statements of one file, by the numbers of their lines, which count from 1."""

    def __init__(self, path: str, lines: Sequence[str]) -> None:
        self._lines = lines
        self._markdown = path.lower().endswith(_MARKDOWN)

    def covered(self, line: int) -> set[int]:
        """The lines that a comment about ``line`` is about: its statement, and the statement's direct children."""
        end = self._end(line)
        found = set(range(line, end + 1))
        for child in self._children(line, end):
            found |= set(range(child, self._end(child) + 1))
        return found

    def start(self, line: int) -> int:
        """The first line of the statement that ``line`` belongs to: a comment can stand above it."""
        first = self.continued_from(line)
        for before in range(first - 1, max(0, first - _MOST), -1):
            if self._end(before) >= line:
                first = before
        return first

    def continued_from(self, line: int) -> int:
        """The first of the lines that end in a backslash and that ``line`` continues; the line itself if it continues none."""
        while line > 1 and _CONTINUED.search(self._text(line - 1)):
            line -= 1
        return line

    def _text(self, line: int) -> str:
        return self._lines[line - 1] if 0 < line <= len(self._lines) else ""

    def _end(self, line: int) -> int:
        """The last line of the statement that starts at ``line``."""
        if line in self._fences:
            return self._fences[line]
        end = line
        while _CONTINUED.search(self._text(end)) and end < min(len(self._lines), line + _MOST):
            end += 1
        if end == line and _BLOCK.search(self._text(line)):
            return self._indented(line)
        return self._heredoc(end)

    def _heredoc(self, line: int) -> int:
        """The line that closes a heredoc that opens in ``line``; the line itself without one."""
        opened = _HEREDOC.search(self._text(line))
        for after in range(line + 1, min(len(self._lines), line + _MOST) + 1) if opened else ():
            if opened and self._text(after).strip() == opened["mark"]:
                return after
        return line

    @cached_property
    def _fences(self) -> dict[int, int]:
        """Line of an opening fence → line of its closing one, in Markdown."""
        found: dict[int, int] = {}
        opened, mark = 0, ""
        for number, text in enumerate(self._lines if self._markdown else (), 1):
            fence = _FENCE.match(text)
            if fence and not opened:
                opened, mark = number, fence["mark"]
            elif fence and fence["mark"].startswith(mark) and not fence["info"].strip():
                found[opened], opened = number, 0
        return found

    def _indented(self, line: int) -> int:
        """The last line that is indented more than ``line``, before the first that is not."""
        end, own = line, _indentation(self._text(line))
        for after in range(line + 1, min(len(self._lines), line + _MOST) + 1):
            text = self._text(after)
            if text.strip() and _indentation(text) <= own:
                break
            end = after if text.strip() else end
        return end

    def _children(self, line: int, end: int) -> Iterator[int]:
        """The first lines of the statements one level below the statement from ``line`` to ``end``."""
        text, level = self._text(line), None
        own = _indentation(text)
        lists = text.rstrip().endswith(":")
        for after in range(end + 1, min(len(self._lines), end + _MOST) + 1):
            below = self._text(after)
            if not below.strip():
                continue
            depth = _indentation(below)
            if depth < own or (depth == own and not (lists and below.lstrip().startswith("- "))):
                return
            level = depth if level is None else level
            if depth == level:
                yield after


def _indentation(text: str) -> int:
    return len(text) - len(text.lstrip())
