"""Text for XML documents: escaped, and without the characters that XML 1.0 or HTML forbid."""

from __future__ import annotations

from modelcheck.patterns import lazy
from modelcheck.printable import printable

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_PLANES = "".join(f"{chr(first + 0xFFFE)}{chr(first + 0xFFFF)}" for first in range(0, 0x110000, 0x10000))
_FORBIDDEN = lazy(f"[\ufdd0-\ufdef{_PLANES}]")
"""Unicode's noncharacters: HTML allows none of them, XML 1.0 most."""
_ENTITIES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)


def escaped(text: str) -> str:
    """A text for an attribute or an element. Control characters become numbers, as everywhere."""
    return without_noncharacters(printable(text)).translate(_ENTITIES)


def without_noncharacters(text: str) -> str:
    """The text with a replacement character for each that no HTML page may have."""
    return text if text.isascii() else _FORBIDDEN.sub("\ufffd", text)


def element(tag: str, content: str | None = None, /, **attributes: object) -> str:
    """One element; attributes that are None are left out. ``content`` is escaped already."""
    given = "".join(f' {key}="{escaped(str(value))}"' for key, value in attributes.items() if value is not None)
    return f"<{tag}{given}/>" if content is None else f"<{tag}{given}>{content}</{tag}>"
