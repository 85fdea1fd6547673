"""The beginning of a model card: text before its front matter, and front matter that parsers do not find."""

from __future__ import annotations

from codecs import BOM_UTF8
from itertools import pairwise

from modelcheck.declarations import fact
from modelcheck.documents.text import lines
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.reading import MAX_TEXT, read_text
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources import Source

_PATH = "README.md"
_KEY = lazy(
    r"(license|license_name|license_link|language|tags|datasets|metrics|library_name|pipeline_tag|base_model|model-index|widget)"
    r"[ \t]*:"
)


@record()
class CardLayout:
    """``mark``: it begins with a byte-order mark. ``blank`` is the number of empty lines before the front matter.

    ``late`` is the line of a block after other text that looks like front matter; ``open`` the line of front matter without
    an end. Both are None in an ordinary card.
    """

    mark: bool
    blank: int
    late: int | None
    open: int | None

    def at(self, line: int = 1) -> Span:
        """A line of the card."""
        return Span(_PATH, line, 1)


@fact(cost="files", reads=("README.md",))
def card_layout(source: Source, listing: FileListing) -> CardLayout:
    """From the lines of ``README.md``."""
    if _PATH not in listing:
        raise Absent(f"no {_PATH}")
    mark = source.read(_PATH, MAX_TEXT).startswith(BOM_UTF8)
    every = lines(read_text(source, _PATH))
    first = next((number for number, line in enumerate(every) if line.strip()), len(every))
    marks = [number for number, line in enumerate(every) if line.rstrip() == "---"]
    late = opened = None
    if first < len(every) and every[first].strip() == "---":
        closed = any(number > first for number in marks)
        if not closed and any(_KEY.match(line) for line in every[first + 1 : first + 40]):
            opened = first + 1
    else:
        late = next(
            (
                start + 1
                for start, end in pairwise(marks)
                if start < 60 and end - start < 200 and sum(bool(_KEY.match(line)) for line in every[start + 1 : end]) > 1
            ),
            None,
        )
    return CardLayout(mark, first if opened is None and late is None and marks[:1] == [first] else 0, late, opened)
