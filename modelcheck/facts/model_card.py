"""The model card: front matter and body, with line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modelcheck.declarations import fact
from modelcheck.documents.python_yaml import refuse_python_cannot
from modelcheck.documents.text import lines
from modelcheck.documents.yamlfile import Node, parse_yaml_text
from modelcheck.errors import Broken
from modelcheck.facts.reading import read_text
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources import Source

# As huggingface_hub splits it (repocard.py).
_FRONT_MATTER = lazy(r"\A(?P<before>\s*---[ \t]*\r?\n)(?P<yaml>.*?)(?:\r?\n|(?<=\n))---[ \t]*(?:\r?\n|\Z)", re.DOTALL)

_COMMENT = lazy(r"<!--.*?(-->|\Z)", re.DOTALL)


@record()
class ModelCard:
    """``data`` is the front matter as plain values ({} without one); ``body`` is the Markdown, which begins on ``body_line``.

    ``text`` is the whole file.
    """

    path: str
    front_matter: Node | None
    data: dict[str, Any]
    body: str
    body_line: int
    text: str = ""

    def at(self, *keys: str) -> Span:
        """The place of a front matter value; line 1 if it is missing."""
        node = self.front_matter.get(*keys) if self.front_matter else None
        return node.span if node else Span(self.path, 1, 1)

    def on_line(self, number: int) -> Span:
        """A line of the file."""
        return Span(self.path, number)

    def texts(self, key: str) -> tuple[str, ...]:
        """A value that may be one string or a list of them."""
        value = self.data.get(key)
        return tuple(item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))

    def nodes(self, key: str) -> tuple[Node, ...]:
        """The values of ``texts`` with their places, including values of other types."""
        node = self.front_matter.get(key) if self.front_matter else None
        return () if node is None else tuple(node) if node.elements is not None else (node,)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Number and text of each line of the body."""
        yield from enumerate(lines(self.body), self.body_line)

    def every_line(self) -> Iterator[tuple[int, str]]:
        """Number and text of each line of the file, front matter included."""
        yield from enumerate(lines(self.text), 1)

    def visible(self) -> Iterator[tuple[int, str, bool]]:
        """Number and text of each line outside HTML comments (the Hub's template has many), and whether it is code."""
        body = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), self.body)
        code = False
        for number, line in enumerate(lines(body), self.body_line):
            fence = line.lstrip().startswith(("```", "~~~"))
            code ^= fence
            if not fence:
                yield number, line, code


@fact(cost="files", reads=("README.md",))
def model_card(source: Source) -> ModelCard:
    """From ``README.md``."""
    path = "README.md"
    text = read_text(source, path)
    found = _FRONT_MATTER.match(text)
    if not found:
        return ModelCard(path, None, {}, text, 1, text)
    first_line = text.count("\n", 0, found.start("yaml")) + 1
    documents = parse_yaml_text(path, found["yaml"], first_line)
    body_line = text.count("\n", 0, found.end()) + 1
    if not documents:
        return ModelCard(path, None, {}, text[found.end() :], body_line, text)
    if documents[0].children is None:
        raise Broken(documents[0].span, "has front matter that is not a mapping of keys to values")
    refuse_python_cannot(path, found["yaml"], first_line)
    return ModelCard(path, documents[0], documents[0].plain(), text[found.end() :], body_line, text)
