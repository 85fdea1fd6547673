"""Reads the docstring of a rule as its documentation page: title, text, and sections whose fenced blocks are files.

    The token that ends a turn is not one that generation stops on.

    Why it matters …

    ## Bad

    ```json generation_config.json
    {"eos_token_id": 0}
    ```

The info string of a fence is the language and the path of the file; a fence without a path is plain text. Where the name of the
checkpoint matters, it precedes the path: ``acme/Thing-7B-Base:config.json``. Files under other names are other checkpoints on the
Hub.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from modelcheck.patterns import lazy
from modelcheck.records import record

_SECTION = lazy(r"^## +(.+?) *$", re.MULTILINE)
_FENCE = lazy(
    r"^(?P<fence>`{3,})(?P<language>\w*)(?: +(?:(?P<name>[\w./-]+):)?(?P<path>\S+))?\n(?P<body>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
Fence = tuple[str, str]
"""A fence's language and its body; ``modelcheck.testing.tiny`` turns them into a file."""


@record()
class Page:
    """``title`` is the first line, ``text`` what follows it, ``sections`` the Markdown below each ``##`` by heading."""

    title: str
    text: str
    sections: dict[str, str]

    def files(self, section: str) -> dict[str, Fence]:
        """The files in a section's fences, by path."""
        own = self.called(section)
        return {match["path"]: _fence(match) for match in self._fences(section) if match["name"] in (None, own)}

    def others(self, section: str) -> dict[str, dict[str, Fence]]:
        """The files of the other checkpoints that a section names, by name and path: the Hub has them too."""
        found: dict[str, dict[str, Fence]] = {}
        for match in self._fences(section):
            if match["name"] not in (None, self.called(section)):
                found.setdefault(match["name"], {})[match["path"]] = _fence(match)
        return found

    def _fences(self, section: str) -> list[re.Match[str]]:
        return [match for match in _FENCE.finditer(self.sections.get(section, "")) if match["path"]]

    def called(self, section: str) -> str | None:
        """The name of the checkpoint whose files a section holds, or None."""
        return next((match["name"] for match in _FENCE.finditer(self.sections.get(section, "")) if match["name"]), None)

    @property
    def markdown(self) -> str:
        """The page below its title."""
        parts = [self.text, *(f"## {heading}\n\n{body}" for heading, body in self.sections.items())]
        return "\n\n".join(part for part in parts if part)


def _fence(match: re.Match[str]) -> Fence:
    return match["language"], match["body"]


def read_page(function: Callable[..., Any]) -> Page:
    """Read a function's docstring."""
    whole = inspect.getdoc(function) or function.__name__.replace("_", " ")
    title, _, rest = whole.partition("\n")
    parts = _SECTION.split(rest)
    sections = {parts[i]: parts[i + 1].strip() for i in range(1, len(parts), 2)}
    return Page(title.strip().rstrip("."), parts[0].strip(), sections)
