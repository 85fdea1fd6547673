"""Commands that shell text starts, and scripts among their arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from modelcheck.documents.located import Located
from modelcheck.documents.shell.pieces import Text
from modelcheck.documents.shell.sources import Source
from modelcheck.patterns import lazy
from modelcheck.records import record

SHELLS = frozenset(("sh", "bash", "zsh", "ash", "dash", "ksh"))
SCRIPT_FLAG = lazy(r"-\w*c")
"""The flag before a script that is one argument: ``-c``, ``-lc``."""
_REMOTE = frozenset(("ssh", "tmux", "screen", "su", "runuser"))
"""Programs of which an argument is a script."""


@record()
class Started:
    """A simple command with its arguments; ``own`` are the variables that are set for it alone."""

    argv: Sequence[Located]
    environment: Mapping[str, Located]
    own: Mapping[str, Located] = field(default_factory=dict)


@record()
class Call:
    """A command whose words are expanded: ``argv`` are ``texts`` with their places."""

    texts: list[Text]
    argv: list[Located]
    own: Mapping[str, Located]
    number: int

    def after(self, name: str) -> list[Text]:
        """The arguments after a word."""
        return self.texts[[one.text for one in self.argv].index(name) + 1 :]


@record()
class Ran:
    """A pipeline that was reached, and those of its commands that were asked for."""

    source: Source
    start: int
    end: int
    commands: Sequence[Started]

    @property
    def text(self) -> str:
        """It and its heredocs, as written."""
        return self.source.text[self.start : self.end]


def script_place(argv: Sequence[str]) -> int | None:
    """The place of an argument that is a script, as in ``bash -lc "…"`` and ``ssh host "…"``."""
    programs = [text.rpartition("/")[2] for text in argv]
    shell = next((place for place, program in enumerate(programs) if program in SHELLS), None)
    if shell is not None:
        flag = next((place for place in range(shell + 1, len(argv) - 1) if SCRIPT_FLAG.fullmatch(argv[place])), None)
        return None if flag is None else flag + 1 if argv[flag + 1] != "--" or flag + 2 >= len(argv) else flag + 2
    if programs and programs[0] in _REMOTE and len(argv) > 2 and " " in argv[-1]:
        return len(argv) - 1
    return None
