"""Text of strangers in Markdown: no markup, no links, nobody mentioned."""

from __future__ import annotations

import re

from modelcheck.patterns import lazy
from modelcheck.printable import one_line, printable

_BREAK = "&#8203;"
"""A space without width: after it, an @ mentions nobody, and a # is no number of an issue."""
_MARKUP = lazy(r"(?P<special>[&<>`*_\[\]|~\\$\"'])|@|#(?=\d)|(?i:(?<=www)\.|:(?=//)|(?<=GH)-(?=\d))")
_CODE = lazy(r"`([^`\n]+)`")


def escaped(text: str) -> str:
    """A text on one line that is shown as it is, in a paragraph or in the cell of a table."""
    return _MARKUP.sub(_harmless, printable(one_line(text)))


def _harmless(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};" if found["special"] else found[0] + _BREAK


def prose(text: str) -> str:
    """A paragraph of a rule's page: ``code`` stays, all else is escaped; line ends are spaces."""
    parts = re.split(_CODE.pattern, " ".join(text.split()))
    return "".join(code(part) if number % 2 else escaped(part) for number, part in enumerate(parts))


def code(text: str) -> str:
    """A text on one line as inline code, also in the cell of a table."""
    said = printable(one_line(text))
    longest = max((len(run) for run in re.findall("`+", said)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{fence}{space}{said}{space}{fence}".replace("|", "\\|")
