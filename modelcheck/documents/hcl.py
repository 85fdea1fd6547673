"""Reads HCL (Terraform, Nomad) as tokens with their places, with the parser of python-hcl2."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from modelcheck.documents.located import Located
from modelcheck.documents.text import without_comments
from modelcheck.findings import Span
from modelcheck.limits import uncounted
from modelcheck.records import record

_LONGEST = 2**17


@record()
class Token:
    """One token: ``kind`` is its name in the grammar (NAME, LBRACE, STRING_CHARS); line and column count from 1."""

    kind: str
    text: str
    line: int
    column: int

    def located(self, path: str, text: str | None = None) -> Located:
        """The token's text, or another one at its place, as a located text of the file at ``path``."""
        said = self.text if text is None else text
        return Located(said, Span(path, self.line, self.column, self.line, self.column + len(said)))


@cache
def _parser() -> Callable[[str], Any]:
    """python-hcl2's parser. It builds its grammar for the first text where no earlier run could store it, which takes seconds."""
    with uncounted():
        import hcl2

        hcl2.parses_to_tree("a = 1\n")
    return hcl2.parses_to_tree


@lru_cache(maxsize=4)
def read_tokens(text: str) -> list[Token]:
    """Every token but line ends and comments, in order; an empty list for invalid HCL and for too long a file."""
    if len(text) > _LONGEST:
        text = without_comments(text)
    if len(text) > _LONGEST:
        return []
    from lark.exceptions import LarkError

    try:
        every = list(_parser()(text if text.endswith("\n") else text + "\n").scan_values(lambda _: True))
    except (LarkError, RecursionError):  # not HCL, or nested too deeply
        return []
    return [Token(str(one.type), str(one), int(one.line), int(one.column)) for one in every if str(one.type) != "NL_OR_COMMENT"]
