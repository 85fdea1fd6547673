"""The syntax tree of a Go template. Offsets are those of the template's text."""

from __future__ import annotations

from typing import Literal

from modelcheck.records import record

Kind = Literal["if", "with", "range"]


@record()
class Constant:
    """A string, number, boolean or nil. ``start`` is the offset of a string that is written as it is read, -1 for others."""

    value: str | int | float | bool | None
    start: int = -1


@record()
class Field:
    """``.a.b``; the dot alone has no names."""

    names: tuple[str, ...] = ()


@record()
class Variable:
    """``$x.a.b``; ``$`` alone has an empty name."""

    name: str
    names: tuple[str, ...] = ()


@record()
class Function:
    """A function's name."""

    name: str


@record()
class Chain:
    """``(…).a.b``, or a pipeline in parentheses where there are no names."""

    pipeline: Pipeline
    names: tuple[str, ...] = ()


Operand = Constant | Field | Variable | Function | Chain


@record()
class Pipeline:
    """Commands, each with the result of the one before it as last argument, and the variables that hold the last result."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...] = ()
    assigns: bool = False


@record()
class Copied:
    """Text between actions, without what they trim."""

    start: int
    end: int


@record()
class Action:
    """``{{ … }}`` that writes a value, from ``start`` to ``end``. ``alone``: nothing else is on its lines."""

    pipeline: Pipeline
    start: int
    end: int
    alone: bool


@record()
class Branch:
    """``if``, ``with`` or ``range``: what is written if the pipeline is true or has elements, and otherwise."""

    kind: Kind
    pipeline: Pipeline
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]


@record()
class Call:
    """``template`` or ``block``: another template by its name, with a context."""

    name: str
    pipeline: Pipeline | None
    start: int
    end: int


@record()
class Jump:
    """``break`` or ``continue``."""

    word: str


Part = Copied | Action | Branch | Call | Jump


@record()
class Parsed:
    """A template, and those that it defines, by name."""

    parts: tuple[Part, ...]
    defines: dict[str, tuple[Part, ...]]
