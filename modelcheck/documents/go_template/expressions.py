"""Evaluates the expressions of a template: operands, calls of functions, pipelines. What cannot be known is an unknown value."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import field

from modelcheck.documents.go_template.data import MAX_TEXT, UNKNOWN, Method, Unfit, Unknown, Value, mapping, truth
from modelcheck.documents.go_template.functions import FUNCTIONS, TOLERANT
from modelcheck.documents.go_template.syntax import Chain, Constant, Field, Function, Operand, Part, Pipeline, Variable
from modelcheck.documents.go_template.traced import Text
from modelcheck.records import mutable, record

MAX_STEPS = 100_000
_SECONDS = 2.0
_MISSING = object()


class Exceeded(Exception):  # noqa: N818 - not an error of ours
    """A template takes more than it may."""


@mutable
class Budget:
    """What an evaluation may still take: steps, and time of the processor, which a busy machine does not shorten."""

    steps: int = MAX_STEPS
    until: float = field(default_factory=lambda: time.thread_time() + _SECONDS)
    _unchecked: int = 0

    def spend(self, steps: int = 1) -> None:
        """Take some steps. Raises Exceeded where none are left."""
        self.steps -= steps
        self._unchecked += 1
        if self.steps < 0:
            raise Exceeded(f"takes more than {MAX_STEPS:,} steps")
        if self._unchecked >= 32:
            self._unchecked = 0
            if time.thread_time() > self.until:
                raise Exceeded("takes too long")


@record()
class Definition:
    """A template that others include: its parts, and the text that they were parsed from."""

    parts: tuple[Part, ...]
    written: Text


@mutable
class Frame:
    """One execution of a template: its text, and its variables, the latest last."""

    written: Text
    variables: list[tuple[str, list[Value]]]

    def variable(self, name: str) -> list[Value]:
        """The cell of a variable. Raises Unfit for one that is not declared."""
        for known, cell in reversed(self.variables):
            if known == name:
                return cell
        raise Unfit


@mutable
class Expressions:
    """Evaluates expressions within a budget. ``templates`` are the functions that evaluate other templates, by name."""

    budget: Budget
    templates: dict[str, Callable[..., Value]] = field(default_factory=dict)

    def pipeline(self, pipeline: Pipeline, dot: Value, frame: Frame) -> Value:
        """The value of a pipeline."""
        value: object = _MISSING
        for command in pipeline.commands:
            value = self._command(command, dot, frame, value)
        return value  # type: ignore[return-value] # a pipeline has a command

    def _command(self, command: tuple[Operand, ...], dot: Value, frame: Frame, previous: object) -> Value:
        first, *rest = command
        if isinstance(first, Function) and first.name in ("and", "or"):
            more: list[Value] = [] if previous is _MISSING else [previous]  # type: ignore[list-item] # a value
            return self._decided(first.name, rest, more, dot, frame)
        arguments = [self._operand(one, dot, frame) for one in rest]
        if previous is not _MISSING:
            arguments.append(previous)  # type: ignore[arg-type] # a value
        if isinstance(first, Function):
            return self.call(first.name, arguments)
        value = self._operand(first, dot, frame)
        if isinstance(value, Method):
            return self._guarded(value.call, arguments)
        return UNKNOWN if arguments else value

    def _decided(self, name: str, operands: list[Operand], more: list[Value], dot: Value, frame: Frame) -> Value:
        """``and`` and ``or``: the first value that decides, or the last one."""
        value: Value = UNKNOWN
        unknown = False
        for place in range(len(operands) + len(more)):
            value = self._operand(operands[place], dot, frame) if place < len(operands) else more[place - len(operands)]
            true = truth(value)
            if true is (name == "or"):
                return UNKNOWN if unknown and not isinstance(value, bool) else value
            unknown = unknown or true is None
        return UNKNOWN if unknown else value

    def _operand(self, operand: Operand, dot: Value, frame: Frame) -> Value:
        self.budget.spend()
        if isinstance(operand, Constant):
            value = operand.value
            if not isinstance(value, str):
                return value
            return frame.written.cut(operand.start, operand.start + len(value)) if operand.start >= 0 and value else Text(value)
        if isinstance(operand, Field):
            return self._field(dot, operand.names)
        if isinstance(operand, Chain):
            return self._field(self.pipeline(operand.pipeline, dot, frame), operand.names)
        if isinstance(operand, Variable):
            try:
                return self._field(frame.variable(operand.name)[0], operand.names)
            except Unfit:
                return UNKNOWN
        return self.call(operand.name, [])

    @staticmethod
    def _field(value: Value, names: tuple[str, ...]) -> Value:
        """What is below some names: nil for a missing one, unknown below nil."""
        for name in names:
            try:
                value = mapping(value).get(name)
            except Unfit:
                return UNKNOWN
        return value

    def call(self, name: str, arguments: list[Value]) -> Value:
        """The result of a function; an unknown value if there is no such function or it does not take the arguments."""
        if name in self.templates:
            return self._guarded(self.templates[name], arguments)
        function = FUNCTIONS.get(name)
        if function is None or (name not in TOLERANT and any(isinstance(one, Unknown) for one in arguments)):
            return UNKNOWN
        return self._guarded(function, arguments)

    def _guarded(self, function: object, arguments: list[Value]) -> Value:
        """The result of a function; an unknown value if it does not take such arguments."""
        self.budget.spend(1 + sum(_size(one) for one in arguments))
        try:
            made: Value = function(*arguments)  # type: ignore[operator] # it is callable
        except (Unfit, ArithmeticError, LookupError, TypeError, ValueError):
            return UNKNOWN
        self.budget.spend(_size(made))
        if isinstance(made, Text) and len(made.text) > MAX_TEXT:
            raise Exceeded(f"makes a text of more than {MAX_TEXT // 1024} KiB")
        return made


def _size(value: Value) -> int:
    """The steps that a value costs whatever is done with it."""
    if isinstance(value, Text):
        return len(value.text) // 200 + len(value.parts) // 10
    return len(value) // 20 if isinstance(value, list | dict) else 0
