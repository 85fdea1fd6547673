"""Records: what dataclasses promise, without what they compile."""

from __future__ import annotations

import inspect
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest
from modelcheck import records
from modelcheck.records import _FEW, mutable, record


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
    assert records.replace(Note("x", hidden="z"), text="y").hidden == "z"
    assert pickle.loads(pickle.dumps(Place(3, "p"))) == Place(3, "p")


@record(kw_only=True)
class Named:
    LIMIT: ClassVar = 3
    text: str
    many: list[int] = field(default_factory=list)
    size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", len(self.text))


@record()
class Longer(Note):
    more: int = 2


@record()
class Nothing: ...


@mutable
class Counter:
    count: int = 0
    seen: list[str] = field(default_factory=list)


@record()
class Untouched:
    text: str = "a"


@dataclass(slots=True)
class PlainPlace:
    line: int
    path: str = ""


@dataclass(slots=True)
class PlainCounter:
    count: int = 0
    seen: list[str] = field(default_factory=list)


def shape(kind: Any) -> list[tuple[Any, ...]]:
    return [(one.name, one.type, one.default, one.init, one.kw_only) for one in fields(kind)]


@pytest.mark.parametrize(("made", "plain"), [(Place, PlainPlace), (Counter, PlainCounter)])
def test_it_has_what_a_dataclass_has(made: Any, plain: Any) -> None:
    assert shape(made) == shape(plain)
    assert made.__match_args__ == plain.__match_args__
    assert str(inspect.signature(made(1).__init__)) == str(inspect.signature(plain(1).__init__))
    assert made.__slots__ == plain.__slots__


def test_nothing_is_compiled_before_it_has_been_used_some_times() -> None:
    for _ in range(_FEW):
        assert Untouched().text == "a"
        assert Untouched.__init__.__name__ == "first"
    assert Untouched("c").text == "c"
    assert Untouched.__init__.__name__ == "__init__"
    match Untouched("b"):
        case Untouched(text):
            assert text == "b"


CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "by place": ((1, "a"), {}),
    "by name": ((), {"line": 1, "path": "a"}),
    "both": ((1,), {"path": "a"}),
    "defaults": ((1,), {}),
    "nothing": ((), {}),
    "one missing": ((), {"path": "a"}),
    "one too many": ((1, "a", 2), {}),
    "twice": ((1,), {"line": 1}),
    "an unknown name": ((1,), {"other": 2}),
    "an unknown name in the place of a missing one": ((), {"other": 2}),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kw_only", [True, False])
@pytest.mark.parametrize("used", [0, _FEW + 1])
def test_a_value_is_made_as_a_dataclass_makes_it_at_its_first_uses_and_later(used: int, call: str, *, kw_only: bool) -> None:
    def definition() -> Any:
        return type(
            "Made",
            (),
            {
                "__annotations__": {"line": "int", "path": "str", "seen": "list[str]"},
                "path": "",
                "seen": field(default_factory=list),
            },
        )

    made, plain = record(kw_only=kw_only)(definition()), dataclass(slots=True, kw_only=kw_only)(definition())
    for _ in range(used):
        made(line=0)
    values, named = CALLS[call]

    def outcome(kind: Any) -> Any:
        try:
            return asdict(kind(*values, **named))
        except TypeError as error:
            return str(error)

    assert outcome(made) == outcome(plain)


def test_every_form_of_a_field_works_at_the_first_use() -> None:
    one, other = Named(text="abc"), Named(text="d")
    assert (one.text, one.size, one.LIMIT) == ("abc", 3, 3)
    assert one.many == [] and one.many is not other.many
    with pytest.raises(TypeError):
        Named("abc")  # type: ignore[misc]
    with pytest.raises(TypeError, match="text"):
        Note()  # type: ignore[call-arg]


def test_a_subclass_has_the_fields_of_its_base_whichever_is_used_first() -> None:
    assert [one.name for one in fields(Longer)] == ["text", "at", "hidden", "more"]
    assert Longer("x", more=3).more == 3
    assert asdict(Longer("x")) == {"text": "x", "at": {"line": 1, "path": ""}, "hidden": "", "more": 2}
    assert is_dataclass(Longer) and is_dataclass(Nothing)


def test_a_mutable_one_is_compared_by_identity() -> None:
    one = Counter()
    one.count += 1
    assert one == one != Counter(1)
    assert repr(one) == "Counter(count=1, seen=[])"
    with pytest.raises(AttributeError):
        one.other = 1  # type: ignore[attr-defined]


def test_threads_that_use_a_class_at_the_same_time_complete_it_once() -> None:
    for _ in range(50):

        @record()
        class Shared:
            line: int
            seen: list[str] = field(default_factory=list)

        def use(start: threading.Barrier, kind: Any) -> list[Any]:
            start.wait()
            made = [kind(number).seen for number in range(2 * _FEW)]
            return [*made, fields(kind)[1].default_factory]

        start = threading.Barrier(4)
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(use, [start] * 4, [Shared] * 4)) == [[*[[]] * 2 * _FEW, list]] * 4


def test_a_method_that_was_taken_before_changes_nothing() -> None:
    @record()
    class Late:
        line: int
        seen: list[str] = field(default_factory=list)

    first = Late.__init__
    assert len(fields(Late)) == 2
    with pytest.raises(TypeError, match="line"):
        first(Late.__new__(Late))  # type: ignore[call-arg]
    assert fields(Late)[1].default_factory is list
    assert Late(1).seen == []


def test_a_copy_with_changes_does_not_complete_the_class() -> None:
    @record(eq=True)
    class Small:
        one: int
        two: int = 2

    @record(eq=True)
    class Larger(Small):
        three: int = 3

    first = Small.__init__
    assert records.replace(Small(1), two=5) == Small(1, 5)
    assert Small.__init__ is first
    assert records.replace(Larger(1), three=4) == Larger(1, 2, 4)
    with pytest.raises(TypeError, match="four"):
        records.replace(Small(1), four=4)
