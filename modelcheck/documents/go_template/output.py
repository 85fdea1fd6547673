"""What a template has written so far, and which of its actions wrote it."""

from __future__ import annotations

from dataclasses import field

from modelcheck.documents.go_template.data import MAX_TEXT
from modelcheck.documents.go_template.expressions import Exceeded
from modelcheck.documents.go_template.syntax import Action, Call, Chain, Field, Function, Pipeline, Variable
from modelcheck.documents.go_template.traced import Part, Text, moved
from modelcheck.documents.hidden import HIDDEN
from modelcheck.records import mutable, record

_STRUCTURE = frozenset(("toYaml", "nindent", "indent", "fromYaml"))
"""Functions of actions that write a mapping or a list in place of themselves."""
_KEEPS = frozenset(("quote", "squote", "toString", "trim"))
_HIDDEN = {code: HIDDEN[0x20] if chr(code).isspace() else hidden for code, hidden in HIDDEN.items()}


@record(eq=True)
class Run:
    """From ``start`` on, the output is a copy of the template from ``origin`` on (``copied``), or what an action writes."""

    start: int
    origin: int
    end: int
    copied: bool


@mutable
class Output:
    """Collects texts. ``runs`` are kept of the outermost template only."""

    runs: list[Run] | None = None
    pieces: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    size: int = 0

    def copy(self, written: Text, start: int, end: int) -> None:
        """Add text between actions."""
        if self.runs is not None:
            self.runs.append(Run(self.size, start, end, copied=True))
        self._add(written.cut(start, end))

    def write(self, text: Text, start: int, end: int) -> None:
        """Add what the action from ``start`` to ``end`` writes."""
        if self.runs is not None and text.text:
            self.runs.append(Run(self.size, start, end, copied=False))
        self._add(text)

    def _add(self, text: Text) -> None:
        self.pieces.append(text.text)
        self.parts += moved(text.parts, self.size)
        self.size += len(text.text)
        if self.size > MAX_TEXT:
            raise Exceeded("writes too much")

    def text(self) -> Text:
        """All of it."""
        return Text("".join(self.pieces), tuple(self.parts))


def as_action(action: Action | Call, written: Text) -> Text:
    """An unknown value: the action as it is written, hidden from YAML; nothing where it would write a structure."""
    if isinstance(action, Call) or action.alone or _writes_structure(action.pipeline):
        return Text("")
    found = written.cut(action.start, action.end)
    return Text(found.text.translate(_HIDDEN), found.parts)


def stays(action: Action | Call, template: str) -> bool:
    """Whether an empty value is one that nobody has set yet: a value's name alone, in the place of a whole text."""
    if isinstance(action, Call):
        return False
    first, *rest = action.pipeline.commands
    named = len(first) == 1 and isinstance(first[0], Field | Variable) and "Values" in first[0].names
    before, after = template[max(0, action.start - 1) : action.start] or "\n", template[action.end : action.end + 1] or "\n"
    kept = all(len(one) == 1 and isinstance(one[0], Function) and one[0].name in _KEEPS for one in rest)
    return named and kept and before in " \t\n\"'=,[" and after in " \t\r\n\"',]"


def _writes_structure(pipeline: Pipeline) -> bool:
    for command in pipeline.commands:
        for operand in command:
            if isinstance(operand, Function) and operand.name in _STRUCTURE:
                return True
            if isinstance(operand, Chain) and _writes_structure(operand.pipeline):
                return True
    return False
