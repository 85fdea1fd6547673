"""The syntax tree of a Go template. Offsets are those of the template's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["if", "with", "range"]


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A string, number, boolean or nil. ``start`` is the offset of a string that is written as it is read, -1 for others."""

    value: str | int | float | bool | None
    start: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """``.a.b``; the dot alone has no names."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """``$x.a.b``; ``$`` alone has an empty name."""

    name: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function's name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """``(…).a.b``, or a pipeline in parentheses where there are no names."""

    pipeline: Pipeline
    names: tuple[str, ...] = ()


Operand = Constant | Field | Variable | Function | Chain


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline:
    """Commands, each with the result of the one before it as last argument, and the variables that hold the last result."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...] = ()
    assigns: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Copied:
    """Text between actions, without what they trim."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """``{{ … }}`` that writes a value, from ``start`` to ``end``. ``alone``: nothing else is on its lines."""

    pipeline: Pipeline
    start: int
    end: int
    alone: bool


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """``if``, ``with`` or ``range``: what is written if the pipeline is true or has elements, and otherwise."""

    kind: Kind
    pipeline: Pipeline
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """``template`` or ``block``: another template by its name, with a context."""

    name: str
    pipeline: Pipeline | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Jump:
    """``break`` or ``continue``."""

    word: str


Part = Copied | Action | Branch | Call | Jump


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A template, and those that it defines, by name."""

    parts: tuple[Part, ...]
    defines: dict[str, tuple[Part, ...]]
