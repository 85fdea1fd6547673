"""Lines of a report as wide as the terminal, or as long as the text in a pipe."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.report import Style
from modelcheck.reporters.colors import painted


class Wrapping:
    """Breaks texts into lines of at most ``style.width`` characters, if ``style.wrap``."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def broken(self, text: str, first: str = "", rest: str = "  ") -> list[str]:
        """The text as lines that start with ``first`` and then ``rest``; as one line without ``style.wrap``."""
        if not self._style.wrap:
            return [first + text]
        import textwrap  # takes 2 ms, which a hook need not spend

        return textwrap.wrap(
            text, self._style.width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
        )

    def painted(self, text: str, said: str, *, lead: str = "", name: str | None = None) -> Iterator[str]:
        """The text in lines with a hanging indent; ``said`` after ``lead`` is coloured, once the lines are broken."""
        wanted = lead + said
        for line in self.broken(text):
            before, found, after = line.partition(wanted)
            yield before + lead + painted(said, name or said, color=self._style.color) + after if found else line
            wanted = "\0" if found else wanted
