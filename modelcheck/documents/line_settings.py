"""Line-based settings: TOML, INI, ``.conf`` and properties, as key paths with values and their places.

Libraries that parse these keep no places, and each format has dialects that a strict parser rejects. So a file is read line by
line: what is needed is which value is assigned to which key, not the types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.documents.located import Lines, Setting
from modelcheck.patterns import lazy

_HEADER = lazy(r"\s*\[{1,2}\s*(?P<name>[^\[\]\n]{1,200}?)\s*\]{1,2}\s*(?:[#;].*)?$")
_KEY = r"(?P<key>[A-Za-z_][\w.-]{0,100}|\"[^\"\n]{1,100}\")"
_QUOTED = lazy(rf"{_KEY}\s*[=:]\s*(?P<quote>[\"'])(?P<value>[^\"'\n]*)(?P=quote)")
_PLAIN = lazy(rf"\s*(?:export\s+)?{_KEY}\s*[=:]\s*(?P<value>[^\s\"'\[{{#;][^\n]*?)\s*(?:\s[#;].*)?$")
_LIST = lazy(rf"\s*{_KEY}\s*=\s*\[(?P<rest>.*)$")
_ELEMENT = lazy(r"[\"'](?P<value>[^\"'\n]*)[\"']")
_LONGEST_LINE = 4_000
_MOST_LINES = 20_000


def read_settings(path: str, text: str) -> Iterator[Setting]:
    """Every setting of a file, in order; the elements of a list each have the list's key. Very long lines are skipped."""
    lines = Lines(path, text)
    section: tuple[str, ...] = ()
    open_list: tuple[str, ...] | None = None
    offset = 0
    for number, line in enumerate(text.split("\n")):
        start, offset = offset, offset + len(line) + 1
        if number >= _MOST_LINES:
            return
        if len(line) > _LONGEST_LINE or line.lstrip()[:1] in ("#", ";", "!"):
            continue
        if open_list is not None:
            yield from _elements(line, start, open_list, lines)
            open_list = None if "]" in _ELEMENT.sub("", line) else open_list
            continue
        header = _HEADER.match(line)
        if header:
            section = _split(header["name"])
            continue
        listed = _LIST.match(line)
        if listed:
            keys = (*section, *_split(listed["key"]))
            yield from _elements(line[listed.start("rest") :], start + listed.start("rest"), keys, lines)
            open_list = None if "]" in _ELEMENT.sub("", listed["rest"]) else keys
            continue
        yield from _assignments(line, start, section, lines)


def _assignments(line: str, start: int, section: tuple[str, ...], lines: Lines) -> Iterator[Setting]:
    """One assignment, or those of an inline table: ``model = {name = "…", revision = "…"}``."""
    table: tuple[str, ...] = ()
    opened = re.match(rf"\s*{_KEY}\s*=\s*\{{", line)
    if opened:
        table = _split(opened["key"])
    found = list(_QUOTED.finditer(line)) or [match for match in (_PLAIN.match(line),) if match]
    for one in found:
        keys = (*section, *table, *_split(one["key"]))
        yield Setting(keys, lines.group(one, "value", start))


def _elements(line: str, start: int, keys: tuple[str, ...], lines: Lines) -> Iterator[Setting]:
    for one in _ELEMENT.finditer(line):
        yield Setting(keys, lines.group(one, "value", start))


def _split(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split(".") if part.strip())
