"""HCL, as Terraform and Nomad write it: its tokens with their places, by the parser of python-hcl2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelcheck.findings import Span
from modelcheck.readers.words import Word

_LONGEST = 2**17


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``kind`` is the grammar's name for it (NAME, LBRACE, STRING_CHARS); line and column count from 1."""

    kind: str
    text: str
    line: int
    column: int

    def word(self, path: str, text: str | None = None) -> Word:
        """It, or another text in its place, as a word of a file."""
        said = self.text if text is None else text
        return Word(said, Span(path, self.line, self.column, self.line, self.column + len(said)))


def read_tokens(text: str) -> list[Token]:
    """Every token but line ends and comments, in order; none of a file that is no HCL, or too long to be configuration."""
    if len(text) > _LONGEST:
        return []
    import hcl2  # it builds its grammar when it is imported, which takes a second

    parse: Any = hcl2.parses_to_tree
    try:
        tree = parse(text if text.endswith("\n") else text + "\n")
    except Exception:  # noqa: BLE001 - whatever its parser raises: this is no HCL, and nothing of ours
        return []
    every = tree.scan_values(lambda _: True)
    return [Token(str(one.type), str(one), int(one.line), int(one.column)) for one in every if str(one.type) != "NL_OR_COMMENT"]
