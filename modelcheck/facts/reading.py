"""Reads the files of a checkpoint for facts, within limits."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import Any

from modelcheck.documents.jsonfile import JsonFile, describe, parse_json_object
from modelcheck.documents.text import decode
from modelcheck.errors import Broken
from modelcheck.findings import Span
from modelcheck.sources import Source

MAX_CONFIG = 16 * 2**20
"""Maximum bytes of a JSON file. The longest real ``tokenizer_config.json`` is about 3 MB."""
MAX_TOKENIZER = 48 * 2**20
"""Maximum bytes of a ``tokenizer.json``; the longest real ones are about 35 MB."""
MAX_TEXT = 2 * 2**20
"""Maximum bytes of a card or template; the longest real card is below 400 KB."""
MAX_LINES = 250_000
"""Maximum lines of a card or template; the longest real ones have some 10,000."""


_LINK = rb"\s*(\.\./)+blobs/[0-9a-f]{40,64}\s*"


def read_json(source: Source, path: str) -> JsonFile:
    """A JSON file that holds an object. Raises Absent, and Broken also for a byte-order mark, as Python's reader does."""
    content = source.read(path, MAX_CONFIG)
    if b"blobs/" in content[:400] and re.fullmatch(_LINK, content):
        raise Broken(
            Span(path, 1, 1),
            "holds the path of a link of the Hub's cache instead of the file: copy the folder with its links resolved",
        )
    if content.startswith(BOM_UTF8):
        raise Broken(
            Span(path, 1, 1), "begins with a byte-order mark, which transformers cannot read: save it as UTF-8 without one"
        )
    return parse_json_object(path, content)


def read_text(source: Source, path: str) -> str:
    """A text file. Raises Absent, Broken."""
    text = decode(path, source.read(path, MAX_TEXT))
    if text.count("\n") > MAX_LINES:
        raise Broken(Span(path), f"has more than {MAX_LINES:,} lines")
    return text


def field(file: JsonFile, kind: type | tuple[type, ...], wanted: str, *keys: str) -> Any:
    """The value under ``keys``; None if missing or null. Raises Broken, at its place, if it is not ``wanted``."""
    value: Any = file.data
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if value is None or (isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds)):
        return value
    raise Broken(file.at(*keys), f"has {describe(value)} under {'.'.join(keys)!r} where {wanted} is expected")
