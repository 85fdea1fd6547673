"""The arguments of decorators: what is wrong with them, and what they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modelcheck.declarations import Declared, Signal
from modelcheck.errors import PluginError
from modelcheck.findings import Cost, Severity
from modelcheck.groups import group_problem


def details_of(kind: type[Declared], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a decorator as the record's fields. Raises PluginError that names the argument that is wrong."""
    wrong = next(_wrong(kind, given), None)
    if wrong:
        raise PluginError(wrong)
    details = dict(given)
    for name, kinds in (("severity", Severity), ("cost", Cost), ("local", Cost)):
        if name in details:
            details[name] = kinds[details[name].upper()]
    return details | {name: tuple(details[name]) for name in ("files", "mentions", "reads") if name in details}


def _wrong(kind: type[Declared], given: Mapping[str, Any]) -> Iterator[str]:
    for name, known in (("severity", Severity), ("cost", Cost), ("local", Cost)):
        if name in given and given[name] not in (names := [str(one) for one in known]):
            yield f"{name}={given[name]!r} is not one of {', '.join(names)}{_nearest(given[name], names)}"
    yield from _wrong_words(given)
    if not isinstance(given.get("since", ""), str):
        yield f"since={given['since']!r} must be a string: the version that brought the rule"
    if not isinstance(given.get("default", True), bool):
        yield f"default={given['default']!r} must be True or False"
    if kind is Signal:
        yield from filter(None, [group_problem(given["group"])])


def _wrong_words(given: Mapping[str, Any]) -> Iterator[str]:
    for name in ("files", "mentions", "reads"):
        words = given.get(name, ("",))
        if isinstance(words, str) or not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
            yield f"{name}={words!r} must be a tuple of strings: {name}=({str(words) if isinstance(words, str) else 'model'!r},)"
        elif not words and name != "reads":
            yield f"{name}=() fits no file"
    for pattern in given.get("files", ()):
        if "/" in pattern:
            name = pattern.rpartition("/")[2]
            yield f"files holds {pattern!r}, and patterns are compared with a file's name, without folders: write {name!r}"
    for word in given.get("mentions", ()):
        if word != word.lower():
            yield f"mentions holds {word!r}, which is not lower case: write {word.lower()!r}, text is compared in lower case"


def _nearest(word: object, names: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(str(word).lower(), names, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""
