"""Text that leaves for a terminal or a log, made safe: what a stranger's file holds must not control either.

A name in a file may hold an escape sequence that clears the screen or sets its title, a character that reverses the order of the
letters, or a line that a CI system takes for a command. Such characters are written as numbers (``\\u001b``), as in JSON: a JSON
report stays valid and says the same.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from typing import Any, TypeVar

from modelcheck.patterns import lazy

T = TypeVar("T")
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
_UNSAFE = lazy(rf"(?!\r\n){_CONTROL}")
_UNSAFE_BUT_COLORS = lazy(rf"(?P<kept>\r\n|\x1b\[[\d;]*m|\x1b\]8;;[!-~]*\x1b\\)|{_CONTROL}")
_COMMAND = lazy(r"(?m)^(?P<blank>[^\S\n]*):(?=:)|#(?=#(?:vso|teamcity)?\[)")
"""What GitHub, Azure and TeamCity take for a command: two colons at the start of a line, two hashes and a bracket anywhere."""
_IN_LINE = lazy(rf"{_CONTROL}|[\n\t]")
_SHORT = {"\n": "↵", "\t": "\\t", "\r": "\\r"}


def printable(text: str, *, colors: bool = False, commands: bool = False) -> str:
    """A text of any number of lines without characters that control a terminal, and without commands to a CI system.

    ``colors`` keeps sequences that set a colour or a link, and ``commands`` commands to a CI system, which some of modelcheck's own
    reports contain; what they quote has passed here before.
    """
    if not text.replace("\n", "").isprintable():  # nearly every text is; the patterns are large
        text = (_UNSAFE_BUT_COLORS if colors else _UNSAFE).sub(_number, text)
    return _COMMAND.sub(_command, text) if not commands and ("::" in text or "##" in text) else text


def one_line(value: T) -> T:
    """A text without control characters and line ends; a dataclass, list, tuple or dict with each text in it so."""
    return _one_line(value)  # type: ignore[no-any-return]


def _one_line(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else _IN_LINE.sub(lambda found: _SHORT.get(found[0]) or _number(found), value)
    if isinstance(value, list | tuple):
        made = [_one_line(one) for one in value]
        if all(new is old for new, old in zip(made, value, strict=True)):
            return value
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    if isinstance(value, dict):
        return {_one_line(key): _one_line(one) for key, one in value.items()}
    changed = {name: new for name in _fields(value.__class__) if (new := _one_line(old := getattr(value, name))) is not old}
    return dataclasses.replace(value, **changed) if changed else value


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass that its constructor takes; none of another class."""
    return tuple(field.name for field in dataclasses.fields(kind) if field.init) if dataclasses.is_dataclass(kind) else ()


def _number(found: re.Match[str]) -> str:
    if found.re.groups and found["kept"]:
        return found[0]
    return f"\\u{ord(found[0]):04x}"


def _command(found: re.Match[str]) -> str:
    return f"{found['blank'] or ''}\\u{ord(found[0][-1]):04x}"
