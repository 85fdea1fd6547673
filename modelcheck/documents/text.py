"""Bytes to text, and offsets to lines and columns."""

from __future__ import annotations

from modelcheck.errors import Broken
from modelcheck.findings import Span
from modelcheck.patterns import lazy

_COMMENT_LINES = lazy(r"(?m)^[ \t]*(?:#|//)[^\n]*")


def decode(path: str, content: bytes) -> str:
    """The text of a UTF-8 file, without a byte-order mark. Raises Broken at the first byte that is not UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Broken(Span(path, line), f"is not UTF-8 text: byte 0x{content[error.start]:02x} on line {line}") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Broken(Span(path, line), f"is not text: it has a NUL byte on line {line}")
    return text


def as_utf8(content: bytes) -> bytes:
    """The bytes of a file, converted from UTF-16 if they are that, as PowerShell writes it."""
    return content.decode("utf-16", "replace").encode() if content.startswith((b"\xff\xfe", b"\xfe\xff")) else content


def without_comments(text: str) -> str:
    """The text with empty lines in place of those that are only a comment (``#`` or ``//``)."""
    return _COMMENT_LINES.sub("", text)


def lines(text: str) -> list[str]:
    """The lines of a text without their ends. Only a line feed ends a line, as in an editor: a form feed or U+2028 does not."""
    return [line.removesuffix("\n").removesuffix("\r") for line in whole_lines(text)]


def whole_lines(text: str) -> list[str]:
    """The lines of a text, each with its end."""
    *ended, last = text.split("\n")
    return [f"{line}\n" for line in ended] + ([last] if last else [])


def offset(text: str, line: int, column: int) -> int | None:
    """The offset of a line and column, from 1; None if there is no such line."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if not start:
            return None
    return start + column - 1


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character's offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def span(path: str, text: str, start: int, end: int) -> Span:
    """The span of ``text[start:end]``."""
    return Span(path, *position(text, start), *position(text, end))
