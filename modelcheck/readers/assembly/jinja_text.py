"""Jinja templates of Ansible, filled without being run: names, attributes and defaults in ``{{ … }}``, loops over lists.

Both branches of a condition are kept, and what is not understood stays as it is written.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from modelcheck.documents.located import located
from modelcheck.documents.yamlfile import Node
from modelcheck.patterns import lazy
from modelcheck.readers.filled import Part
from modelcheck.records import record

_TAG = lazy(
    r"\{\{[-+]?(?P<value>[^{}]{0,400})[-+]?\}\}|\{%[-+]?\s*(?P<word>\w+)\s*(?P<rest>[^%{}]{0,400}?)[-+]?%\}|\{#[^#]{0,4000}#\}"
)
_PATH = lazy(r"\s*(?P<path>[A-Za-z_]\w*(?:\.\w+|\[\s*['\"]?\w+['\"]?\s*\])*)")
_STEP = lazy(r"\w+")
_DEFAULT = lazy(r"\|\s*(?:default|d)\(\s*(?:(?P<quote>['\"])(?P<text>[^'\"]*)(?P=quote)|(?P<path>[A-Za-z_][\w.]*))")
_LITERAL = lazy(r"\s*(?P<quote>['\"])(?P<text>[^'\"]*)(?P=quote)\s*(\||$)")
_FOR = lazy(r"(?P<names>\w+(?:\s*,\s*\w+)?)\s+in\s+(?P<of>.+)")
_MOST_PARTS = 20_000
_MOST_ELEMENTS = 20
_DEEPEST = 12
_DEEPEST_VALUE = 4
_LONGEST_VALUE = 4_000
Names = Mapping[str, Node]


@record(eq=True)
class _Tag:
    start: int
    end: int
    value: str | None
    word: str
    rest: str


@record(eq=True)
class Repeated:
    """A piece of the text that stands for each element of a list: ``of`` is the list, or the expression that gives it."""

    start: int
    end: int
    of: Node | str


class Template:
    """A template's tags, found once however often it is filled."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tags = [
            _Tag(found.start(), found.end(), found["value"], found["word"] or "", (found["rest"] or "").strip())
            for found in _TAG.finditer(text)
        ]

    def names(self) -> set[str]:
        """The first names of the paths in its values and loops."""
        texts = [tag.value if tag.value is not None else tag.rest for tag in self._tags]
        return {name for text in texts for name in re.findall(r"(?<![\w.'\"])[A-Za-z_]\w*", text or "")}

    def parts(self, names: Names, repeated: Sequence[Repeated] = ()) -> list[Part]:
        """The filled text in parts, 20,000 at most; the pieces that are ``repeated`` once for each element of their list."""
        return list(islice(self._pieces(names, repeated), _MOST_PARTS))

    def _pieces(self, names: Names, repeated: Sequence[Repeated]) -> Iterator[Part]:
        place = 0
        for piece in repeated:
            yield from self._between(place, piece.start, names)
            of = evaluate(piece.of, names) if isinstance(piece.of, str) else piece.of
            for one in (of.elements or ())[:_MOST_ELEMENTS] if of is not None else ():
                yield from self._between(piece.start, piece.end, {**names, "item": one})
            if of is None or not of.elements:
                yield from self._between(piece.start, piece.end, names)
            place = piece.end
        yield from self._between(place, len(self.text), names)

    def _between(self, start: int, end: int, names: Names) -> Iterator[Part]:
        first = bisect_left(self._tags, start, key=lambda tag: tag.start)
        last = bisect_left(self._tags, end, key=lambda tag: tag.start)
        return self._body(first, last, start, end, names, 0)

    def _body(self, first: int, last: int, start: int, end: int, names: Names, depth: int) -> Iterator[Part]:
        """The text from ``start`` to ``end`` with the tags from ``first`` to ``last`` in it."""
        place = start
        number = first
        while number < last:
            tag = self._tags[number]
            if tag.start > place:
                yield Part(self.text[place : tag.start], place)
            place, number = tag.end, number + 1
            if tag.value is not None:
                yield self._value(tag, names)
            elif tag.word == "for":
                stop = self._end(number, last)
                if stop is not None:
                    inner_end = self._tags[stop].start
                    for bound in _bound(tag.rest, names) if depth < _DEEPEST else ():
                        yield from self._body(number, stop, place, inner_end, bound, depth + 1)
                    place, number = self._tags[stop].end, stop + 1
        if place < end:
            yield Part(self.text[place:end], place)

    def _end(self, number: int, last: int) -> int | None:
        """The number of the ``endfor`` of a loop."""
        opened = 1
        for place in range(number, last):
            opened += (self._tags[place].word == "for") - (self._tags[place].word == "endfor")
            if not opened:
                return place
        return None

    def _value(self, tag: _Tag, names: Names) -> Part:
        node = evaluate(tag.value or "", names)
        if node is not None and node.text is not None:
            return Part(_expanded(node.text, names, 0), tag.start, tag.end - tag.start, located(node).at)
        own = _LITERAL.match(tag.value or "") or (_DEFAULT.search(tag.value or "") if node is None else None)
        if own is not None and own["text"] is not None:  # a text that stands in the action itself
            return Part(own["text"], self.text.find(own["text"], tag.start, tag.end))
        return Part(self.text[tag.start : tag.end], tag.start)


def _expanded(text: str, names: Names, depth: int) -> str:
    """A value with the variables in it replaced, as far as they are known."""
    if "{{" not in text or depth > _DEEPEST_VALUE or len(text) > _LONGEST_VALUE:
        return text

    def value(found: re.Match[str]) -> str:
        node = evaluate(found["value"], names) if found["value"] is not None else None
        return found.group() if node is None or node.text is None else _expanded(node.text, names, depth + 1)

    return _TAG.sub(value, text)[:_LONGEST_VALUE]


def evaluate(expression: str, names: Names) -> Node | None:
    """The value of a path of names, or of the name that is its default; None where nothing is known."""
    found = _PATH.match(expression)
    node: Node | None = None
    if found:
        first, *steps = _STEP.findall(found["path"])
        node = names.get(first)
        for step in steps:
            if node is not None and node.elements is not None:
                node = node.elements[int(step)] if step.isdecimal() and int(step) < len(node.elements) else None
            else:
                node = node.get(step) if node is not None else None
    other = _DEFAULT.search(expression) if node is None else None
    path = other["path"] if other else None
    return evaluate(path, names) if path and (found is None or path != found["path"]) else node


def _bound(rest: str, names: Names) -> Iterator[Names]:
    """The names inside of a loop, for each element; those outside of it once, where the list is not known."""
    found = _FOR.fullmatch(rest)
    of = evaluate(found["of"], names) if found else None
    if found is None or of is None:
        yield names
        return
    first, _, second = found["names"].partition(",")
    if of.elements is not None:
        yield from ({**names, first.strip(): one} for one in of.elements[:_MOST_ELEMENTS])
    for _, one in list(of.items())[:_MOST_ELEMENTS]:
        yield {**names, (second or first).strip(): one}
