"""What plug-ins declare: rules, signals, facts and readers.

A decorator returns its function unchanged and only attaches its arguments: a rule stays callable with facts made by hand, and a
mistake in the arguments is reported when the function is registered, with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

from modelcheck.findings import Cost, Severity
from modelcheck.groups import group_problem
from modelcheck.pages import Page, read_page
from modelcheck.records import record
from modelcheck.signatures import Need, Option, Signature

Function = TypeVar("Function", bound=Callable[..., Any])
DECLARED = "__modelcheck__"


@record()
class Declared:
    """A function that takes facts. ``name`` is ``area/name``; ``plugin`` is the plug-in that brought it."""

    name: str
    plugin: str
    function: Callable[..., Any]
    signature: Signature

    @property
    def needs(self) -> tuple[Need, ...]:
        """The facts that it needs, in order."""
        return self.signature.needs

    @property
    def options(self) -> tuple[Option, ...]:
        """Its options."""
        return self.signature.options

    @property
    def page(self) -> Page:
        """Its documentation, from its docstring."""
        return read_page(self.function)


@record()
class Rule(Declared):
    """A generator of Findings."""

    severity: Severity
    since: str
    default: bool


@record()
class Signal(Declared):
    """A generator of Evidence. In a ``group`` only the strongest evidence counts."""

    group: str


@record()
class Fact(Declared):
    """The provider of the fact of type ``kind``; ``local`` is its cost for a checkpoint in a local folder."""

    kind: type
    cost: Cost
    local: Cost


@record()
class Reader(Declared):
    """A generator of ModelUses from files whose name matches ``files`` (shell patterns) and whose text contains a ``mentions``.

    It may also yield ``modelcheck.readers.Embedded``: a file inside of the file, which is then read by the readers of its name.
    """

    files: tuple[str, ...]
    mentions: tuple[str, ...]


def rule(*, severity: Literal["note", "warning", "error"], since: str, default: bool = True) -> Callable[[Function], Function]:
    """Declare a rule. ``since`` is the version that brought it; a rule with ``default=False`` runs only when selected."""
    return _marking(Rule, severity=severity, since=since, default=default)


def signal(*, group: str) -> Callable[[Function], Function]:
    """Declare a signal in a dependence group: one of ``modelcheck.groups.GROUPS``, or a group of its own."""
    return _marking(Signal, group=group)


def fact(
    *, cost: Literal["files", "network", "weights", "generate"] = "files", local: Literal["files", "weights"] | None = None
) -> Callable[[Function], Function]:
    """Declare the provider of the fact that the function's return annotation names.

    ``cost`` is its own; the facts that it needs add theirs. ``local`` is the cost for a checkpoint in a local folder, if less.
    """
    return _marking(Fact, cost=cost, local=local or cost)


def reader(*, files: Sequence[str], mentions: Sequence[str]) -> Callable[[Function], Function]:
    """Declare a reader. A file is parsed only if its name matches ``files`` and its bytes hold one of ``mentions`` (lower case)."""
    return _marking(Reader, files=files, mentions=mentions)


def _marking(record: type[Declared], **details: Any) -> Callable[[Function], Function]:
    def mark(function: Function) -> Function:
        setattr(function, DECLARED, (record, details))
        return function

    return mark


def details_of(kind: type[Declared], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a decorator as the record's fields. Raises ValueError that names the argument that is wrong."""
    wrong = next(_wrong(kind, given), None)
    if wrong:
        raise ValueError(wrong)
    details = dict(given)
    for name, kinds in (("severity", Severity), ("cost", Cost), ("local", Cost)):
        if name in details:
            details[name] = kinds[details[name].upper()]
    return details | {name: tuple(details[name]) for name in ("files", "mentions") if name in details}


def _wrong(kind: type[Declared], given: Mapping[str, Any]) -> Iterator[str]:
    for name, known in (("severity", Severity), ("cost", Cost), ("local", Cost)):
        if name in given and given[name] not in (names := [str(one) for one in known]):
            yield f"{name}={given[name]!r} is not one of {', '.join(names)}{_nearest(given[name], names)}"
    for name in ("files", "mentions"):
        words = given.get(name, ("",))
        if isinstance(words, str) or not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
            yield f"{name}={words!r} must be a tuple of strings: {name}=({str(words) if isinstance(words, str) else 'model'!r},)"
        elif not words:
            yield f"{name}=() fits no file"
    for word in given.get("mentions", ()):
        if word != word.lower():
            yield f"mentions holds {word!r}, which is not lower case: write {word.lower()!r}, text is compared in lower case"
    if not isinstance(given.get("since", ""), str):
        yield f"since={given['since']!r} must be a string: the version that brought the rule"
    if not isinstance(given.get("default", True), bool):
        yield f"default={given['default']!r} must be True or False"
    if kind is Signal:
        yield from filter(None, [group_problem(given["group"])])


def _nearest(word: object, names: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(str(word).lower(), names, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""
