"""Parsers for text, JSON, YAML, HCL and weight headers: with positions, within limits."""

from __future__ import annotations

from dataclasses import field

from modelcheck.documents.text import decode
from modelcheck.records import record


@record()
class TextFile:
    """A text file, for formats that are neither YAML nor JSON."""

    path: str
    text: str = field(repr=False)


def parse_text(path: str, content: bytes) -> TextFile:
    """Decode a text file. Raises Broken."""
    return TextFile(path, decode(path, content))
