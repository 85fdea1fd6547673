"""Variables while shell text is followed: each may hold several values, one for every branch or turn of a loop that sets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelcheck.documents.located import Located
from modelcheck.documents.shell.pieces import Fields, Piece, Text, located, text_of
from modelcheck.documents.shell.sources import Value

_MOST_NAMES = 2_000
_MOST_VALUES = 200
_MOST_MERGED = 32
"""Values that a variable may have after branches: the last ones."""
_LARGEST = 20_000
"""Characters and pieces of one value."""
_MOST_TAKEN = 500_000
"""Characters that are put in the places of variables, in all."""
Values = tuple[Fields, ...]


def fields_of(value: Located) -> Fields:
    """A value that is set elsewhere, as a single string."""
    return ((Piece(value.text, Value(value), 0, len(value.text), is_settled(value.text)),),)


def as_located(fields: Fields) -> Located:
    """A value as one string; an array's elements are separated by blanks."""
    if len(fields) == 1:
        return located(fields[0], fields[0][0].at)
    return Located(" ".join(map(text_of, fields)), fields[0][0].at)


def is_settled(text: str) -> bool:
    """Whether a value contains no variable but the current folder."""
    return "$" not in text.replace("$(pwd)", "").replace("$PWD", "") and "`" not in text


class Environment:
    """The values of variables. ``assigned`` lists every value that was set, in order."""

    def __init__(self, variables: Mapping[str, Located]) -> None:
        self._located: dict[str, Located] = {name: value for name, value in variables.items() if value.text}
        self.values: dict[str, Values] = {name: (fields_of(value),) for name, value in self._located.items()}
        self.instead: dict[str, Values] = {}
        """What variables have in place of their values while one command is expanded."""
        self.assigned: list[tuple[str, Located]] = []
        self._taken = 0
        self._journals: list[dict[str, Values | None]] = []

    def set(self, name: str, values: Values) -> None:
        """Set a variable for what follows; nothing replaces its values by none."""
        if name not in self.values and len(self.values) >= _MOST_NAMES:
            return
        if self._journals:
            self._journals[-1].setdefault(name, self.values.get(name))
        self._put(name, values[:_MOST_VALUES])

    def _put(self, name: str, values: Values | None) -> None:
        values = tuple(one for one in values or () if one and one[0] and _size(one) < _LARGEST)
        if values:
            self.values[name] = values
            self._located[name] = as_located(values[-1])
        else:
            self.values.pop(name, None)
            self._located.pop(name, None)

    def note(self, name: str, fields: Fields) -> None:
        """Remember that a value was written for a variable."""
        for text in fields:
            if text and len(self.assigned) < _MOST_NAMES:
                self.assigned.append((name, located(text, text[0].at)))

    def fields(self, name: str, number: int) -> Fields | None:
        """The variable's ``number``-th value, or its last one."""
        values = self.instead.get(name, self.values.get(name)) if self._taken < _MOST_TAKEN else None
        if not values:
            return None
        found = _nth(values, number)
        self._taken += _size(found)
        return found

    def located(self, number: int) -> dict[str, Located]:
        """Every variable with its ``number``-th value."""
        found = dict(self._located)
        for name, values in self.values.items() if number >= 0 else ():
            if len(values) > 1:
                found[name] = as_located(_nth(values, number))
        return found

    def begin(self) -> None:
        """Begin a branch: what it sets is kept apart."""
        self._journals.append({})

    def end(self) -> dict[str, Values]:
        """End a branch. Returns what it set; the variables are as before it."""
        before = self._journals.pop()
        changed = {name: self.values.get(name, ()) for name in before}
        for name, values in before.items():
            self._put(name, values)
        return changed

    def merge(self, branches: list[dict[str, Values]], *, complete: bool) -> None:
        """Give each variable the values that any of the branches gave it, and its own where one of them may not have set it."""
        for name in dict.fromkeys(name for branch in branches for name in branch):
            own = self.values.get(name, ())
            kept = not complete or any(name not in branch for branch in branches)
            values = [*(own if kept else ()), *(value for branch in branches for value in branch.get(name, ()))]
            settled = [value for value in values if all(piece.known for text in value for piece in text)]
            self.set(name, tuple(_distinct(settled or values))[-_MOST_MERGED:])


def _nth(values: Values, number: int) -> Fields:
    return values[min(number, len(values) - 1)]


def _distinct(values: list[Fields]) -> Iterator[Fields]:
    seen = set()
    for value in values:
        key = tuple((text_of(text), id(text[0].source), text[0].start) if text else ("", 0, 0) for text in value)
        if key not in seen:
            seen.add(key)
            yield value


def _size(fields: Fields) -> int:
    return sum(len(piece.text) + 1 for text in fields for piece in text)


def single(text: Text) -> Fields:
    """One string as a value."""
    return (text,)
