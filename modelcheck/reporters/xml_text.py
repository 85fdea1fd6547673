"""Text for XML documents: escaped, and without the characters that XML 1.0 cannot hold at all."""

from __future__ import annotations

from modelcheck.patterns import lazy
from modelcheck.printable import printable

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_FORBIDDEN = lazy("[\ufffe\uffff]")
_ENTITIES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)


def escaped(text: str) -> str:
    """A text for an attribute or an element. Control characters become numbers, as everywhere."""
    return _FORBIDDEN.sub("\ufffd", printable(text).translate(_ENTITIES))


def element(tag: str, content: str | None = None, /, **attributes: object) -> str:
    """One element; attributes that are None are left out. ``content`` is escaped already."""
    given = "".join(f' {key}="{escaped(str(value))}"' for key, value in attributes.items() if value is not None)
    return f"<{tag}{given}/>" if content is None else f"<{tag}{given}>{content}</{tag}>"
