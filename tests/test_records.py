"""Records: what dataclasses promise, without what they compile."""

from __future__ import annotations

import pickle
from dataclasses import field, replace

from modelcheck.records import record


@record(eq=True)
class Place:
    line: int
    path: str = ""


@record()
class Note:
    text: str
    at: Place = field(default_factory=lambda: Place(1))
    hidden: str = field(default="", repr=False)


def test_values_are_compared_only_where_that_is_asked_for() -> None:
    assert Place(1, "a") == Place(1, "a") != Place(2, "a")
    assert len({Place(1), Place(1), Place(2)}) == 2
    assert Place(1) != 1
    note = Note("x")
    assert note == note != Note("x")
    assert len({note, note, Note("x")}) == 2


def test_a_subclass_is_another_value() -> None:
    @record(eq=True)
    class Exact(Place):
        column: int = 0

    assert Exact(1) != Place(1)
    assert Exact(1, "", 2) != Exact(1, "", 3)
    assert hash(Exact(1, "", 2)) == hash(Exact(1, "", 2))


def test_it_is_shown_without_what_is_hidden() -> None:
    assert repr(Note("x", hidden="y")) == "Note(text='x', at=Place(line=1, path=''))"


def test_it_has_slots_is_copied_with_changes_and_pickled() -> None:
    assert not hasattr(Place(1), "__dict__")
    assert replace(Note("x"), text="y").text == "y"
    assert pickle.loads(pickle.dumps(Place(3, "p"))) == Place(3, "p")
