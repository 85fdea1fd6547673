"""What shell text consists of, as far as it says which programs start with which arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from modelcheck.records import record

_LONGEST_NUMBER = 6


def is_place(text: str) -> bool:
    """Whether a text is the number of an element."""
    return text.isdecimal() and len(text) < _LONGEST_NUMBER


@record()
class Literal:
    """Text that stands for itself, without its quotes. ``width`` is how long it is written: more than its length with escapes."""

    text: str
    start: int
    width: int

    @property
    def end(self) -> int:
        """Where what is written ends."""
        return self.start + self.width

    @property
    def plain(self) -> bool:
        """Whether it is written as it is, without escapes."""
        return self.width == len(self.text)


@record()
class Unknown:
    """What only a running shell knows, as ``$(date)``; it stays as written."""

    start: int
    end: int


@record()
class Variable:
    """``$NAME``, ``${NAME:-default}``, ``"${NAME[@]}"``.

    ``operator`` and ``argument`` are those after the name (``:-`` and the default), ``replacement`` is that of ``${NAME/a/b}``;
    ``index`` is in brackets. The keys of an array are a variable of their own, ``!NAME`` with an index; without one that is the
    variable whose name is the value of NAME.
    """

    name: str
    start: int
    end: int
    quoted: bool
    operator: str = ""
    argument: Word | None = None
    index: str = ""
    replacement: Word | None = None

    @property
    def many(self) -> bool:
        """Whether it stands for all elements: ``$@``, ``${NAME[@]}``."""
        return self.index in ("@", "*") or self.name in ("@", "*")

    @property
    def any_element(self) -> bool:
        """Whether it stands for one element, of which only a running shell knows which: ``${NAME[$i]}``."""
        return bool(self.index) and not self.many and not is_place(self.index)

    def element(self, number: int, count: int) -> int:
        """The element that it stands for; the ``number``-th of ``count`` where it may be any."""
        return min(number, count - 1) if self.any_element else int(self.index or 0)


@record()
class Substitution:
    """``$(program argument …)`` of a program whose output depends on its arguments alone: ``echo``, ``basename``."""

    program: str
    words: tuple[Word, ...]
    start: int
    end: int
    quoted: bool


Part = Literal | Unknown | Variable | Substitution


@record()
class Word:
    """One word of a command, by its parts."""

    parts: tuple[Part, ...]
    start: int
    end: int

    @property
    def literal(self) -> str | None:
        """Its text where it contains neither a variable nor a command."""
        texts = [part.text for part in self.parts if isinstance(part, Literal)]
        return "".join(texts) if len(texts) == len(self.parts) else None


@record()
class Assignment:
    """``NAME=value``; an array has any number of words, any other value has one.

    ``keys`` are those of an array's words: ``NAME=([key]=value)``, ``NAME[key]=value``. An empty one is missing or not known.
    """

    name: str
    words: tuple[Word, ...]
    array: bool = False
    append: bool = False
    keys: tuple[str, ...] = ()


@record()
class Assign:
    """Assignments that last: alone on a line, or after ``export``, ``local`` and the like."""

    assignments: tuple[Assignment, ...]


@record()
class Heredoc:
    """A text between ``<<MARK`` and MARK. In a ``quoted`` one, ``<<'MARK'``, no variable is replaced."""

    start: int
    end: int
    quoted: bool


@record()
class Pipeline:
    """One command, or several joined by pipes. ``targets`` are the files that it writes, ``inputs`` those that it reads by ``<``.

    ``start`` and ``end`` include its heredocs.
    """

    commands: tuple[Command, ...]
    heredocs: tuple[Heredoc, ...]
    targets: tuple[Word, ...]
    start: int
    end: int
    inputs: tuple[Word, ...] = ()


@record()
class Command:
    """A simple command: its words, and the assignments before them. The words are read when first asked for."""

    start: int
    end: int
    read: Callable[[], tuple[tuple[Word, ...], tuple[Assignment, ...]]] = field(repr=False)


@record()
class For:
    """``for NAME in …; do …; done``."""

    name: str
    words: tuple[Word, ...]
    body: Statements


@record()
class Read:
    """``while read -r A B; do …; done`` with what it reads: a heredoc, a text, or (``from_file``) the file of that path.

    ``separators`` is the value of IFS; empty: blanks. Without a loop, ``body`` is empty. ``array``: the lines are the elements of
    an array (``mapfile``).
    """

    names: tuple[str, ...]
    separators: str
    given: Heredoc | Word
    from_file: bool
    body: Statements
    array: bool = False


@record()
class Branches:
    """Statements of which one branch runs: if, case, what follows ``&&``. ``complete``: one of them certainly does.

    ``compared`` are the variables whose values are compared with others to choose it.
    """

    branches: tuple[Statements, ...]
    complete: bool
    compared: frozenset[str] = frozenset()


@record()
class Function:
    """A function and its body."""

    name: str
    body: Statements


Statement = Assign | Pipeline | For | Read | Branches | Function
Statements = tuple[Statement, ...]
