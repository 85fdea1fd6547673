"""How facts read a checkpoint's files: the bounds, and the parsers behind them."""

from __future__ import annotations

from typing import Any

from modelcheck.documents.jsonfile import JsonFile, describe, parse_json_object
from modelcheck.documents.text import decode
from modelcheck.errors import Broken
from modelcheck.sources import Source

MAX_CONFIG = 16 * 2**20
"""Bytes of a JSON file. The longest real ``tokenizer_config.json`` is about 3 MB."""
MAX_TOKENIZER = 128 * 2**20
"""Bytes of a ``tokenizer.json``; the longest real ones are about 35 MB."""
MAX_TEXT = 2 * 2**20
"""Bytes of a card or of a template; the longest real card is below 400 KB."""


def read_json(source: Source, path: str) -> JsonFile:
    """A JSON file that holds an object. Raises Absent, Broken."""
    return parse_json_object(path, source.read(path, MAX_CONFIG))


def read_text(source: Source, path: str) -> str:
    """A text file. Raises Absent, Broken."""
    return decode(path, source.read(path, MAX_TEXT))


def field(file: JsonFile, kind: type | tuple[type, ...], wanted: str, *keys: str) -> Any:
    """The value under ``keys``; None where it is missing or null. Raises Broken, at its place, where it is no ``wanted``."""
    value: Any = file.data
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if value is None or (isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds)):
        return value
    raise Broken(file.at(*keys), f"has {describe(value)} under {'.'.join(keys)!r} where {wanted} is expected")
