"""Evaluates a parsed template. Nothing is run but the functions of this package; an unknown value is written as its action is.

Limits of one template: 100,000 steps, half a megabyte of text, includes 50 deep, two seconds. One that exceeds them raises
Exceeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from modelcheck.documents.go_template.data import (
    UNKNOWN,
    Unfit,
    Unknown,
    Value,
    entries_of,
    text_of,
    truth,
    written,
)
from modelcheck.documents.go_template.expressions import Definition, Exceeded, Expressions, Frame
from modelcheck.documents.go_template.lexer import TemplateError
from modelcheck.documents.go_template.output import Output, as_action, stays
from modelcheck.documents.go_template.parser import parse_template
from modelcheck.documents.go_template.syntax import Action, Branch, Call, Copied, Jump, Part, Pipeline
from modelcheck.documents.go_template.traced import Text
from modelcheck.records import mutable

MAX_INCLUDES = 50
_MAX_BLOCKS = 100


@mutable
class Evaluator(Expressions):
    """Evaluates one template and those that it includes.

    A condition that is unknown is taken for true, or for false if ``otherwise``; ``undecided`` tells whether there was one with
    something to write in the other case.
    """

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    otherwise: bool = False
    undecided: bool = False
    _includes: int = 0
    _blocks: int = 0

    def __post_init__(self) -> None:
        self.templates = {"include": self._include, "tpl": self._tpl}

    def execute(self, definition: Definition, dot: Value, out: Output) -> None:
        """Write what a template makes of a context."""
        if self._includes > MAX_INCLUDES:
            raise Exceeded(f"includes templates more than {MAX_INCLUDES} deep")
        self._includes += 1
        self._run(definition.parts, dot, Frame(definition.written, [("", [dot])]), out)
        self._includes -= 1

    def _run(self, parts: tuple[Part, ...], dot: Value, frame: Frame, out: Output) -> str:
        """Write some parts in a scope of their own. Returns ``break`` or ``continue`` after such an action."""
        self._blocks += 1
        if self._blocks > _MAX_BLOCKS:
            raise Exceeded("nests blocks and includes too deeply")
        scope, jump = len(frame.variables), ""
        for part in parts:
            self.budget.spend()
            if isinstance(part, Copied):
                out.copy(frame.written, part.start, part.end)
            elif isinstance(part, Action):
                self._action(part, dot, frame, out)
            elif isinstance(part, Branch):
                jump = self._branch(part, dot, frame, out)
            elif isinstance(part, Call):
                context = self.pipeline(part.pipeline, dot, frame) if part.pipeline else None
                made = self.call("include", [Text(part.name), context])
                self._write(part, made, frame, out)
            elif isinstance(part, Jump):
                jump = part.word
            if jump:
                break
        del frame.variables[scope:]
        self._blocks -= 1
        return jump

    def _action(self, action: Action, dot: Value, frame: Frame, out: Output) -> None:
        value = self.pipeline(action.pipeline, dot, frame)
        if action.pipeline.variables:
            self._declare(action.pipeline, action.pipeline.variables, [value], frame)
        elif not (isinstance(value, Text) and not value.text) or not action.alone:
            self._write(action, value, frame, out)

    @staticmethod
    def _declare(pipeline: Pipeline, names: tuple[str, ...], values: list[Value], frame: Frame) -> None:
        for name, value in zip(names, values, strict=False):
            if pipeline.assigns:
                try:
                    frame.variable(name)[0] = value
                except Unfit:
                    continue
            else:
                frame.variables.append((name, [value]))

    @staticmethod
    def _write(action: Action | Call, value: Value, frame: Frame, out: Output) -> None:
        try:
            text = written(value)
        except Unfit:
            text = None
        if text is None or (not text.text.strip("\"'") and stays(action, frame.written.text)):
            text = as_action(action, frame.written)
        out.write(text, action.start, action.end)

    def _branch(self, branch: Branch, dot: Value, frame: Frame, out: Output) -> str:
        """Write one of the two branches, or the first for each element."""
        scope = len(frame.variables)
        value = self.pipeline(branch.pipeline, dot, frame)
        if branch.kind == "range":
            jump = self._range(branch, value, dot, frame, out)
        else:
            self._declare(branch.pipeline, branch.pipeline.variables, [value], frame)
            true = truth(value)
            if true is None:
                self.undecided = self.undecided or bool(branch.otherwise)
                true = not (self.otherwise and branch.otherwise)
            below = value if branch.kind == "with" and true else dot
            jump = self._run(branch.then if true else branch.otherwise, below, frame, out)
        del frame.variables[scope:]
        return jump

    def _range(self, branch: Branch, value: Value, dot: Value, frame: Frame, out: Output) -> str:
        """Write for each element; for an unknown list, once for an unknown element. A jump ends here."""
        names, pipeline = branch.pipeline.variables, branch.pipeline
        items: list[tuple[Value, Value]] = [(UNKNOWN, UNKNOWN)]
        if not isinstance(value, Unknown):
            try:
                items = entries_of(value)
            except Unfit:
                items = []
        for key, one in items:
            self.budget.spend()
            scope = len(frame.variables)
            self._declare(pipeline, names, [key, one] if len(names) > 1 else [one], frame)
            jump = self._run(branch.then, one, frame, out)
            del frame.variables[scope:]
            if jump == "break":
                break
        return "" if items else self._run(branch.otherwise, dot, frame, out)

    def _include(self, name: Value, context: Value = None) -> Value:
        definition = self.definitions.get(text_of(name).text)
        if definition is None:
            raise Unfit
        out = Output()
        self.execute(definition, context, out)
        return out.text()

    def _tpl(self, text: Value, context: Value) -> Value:
        found = text_of(text)
        if "{{" not in found.text:
            return found
        try:
            parsed = parse_template(found.text)
        except TemplateError:
            raise Unfit from None
        self.budget.spend(len(found.text) // 50)
        out = Output()
        self.execute(Definition(parsed.parts, found), context, out)
        return out.text()
