"""Reads YAML files as trees of nodes with their places. Aliases are shared, never copied; sizes are bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from typing import Any

import yaml

from modelcheck.documents.origin import Origin
from modelcheck.documents.text import decode
from modelcheck.errors import Broken
from modelcheck.findings import Span
from modelcheck.records import mutable, record

MAX_NODES = 300_000
"""Values of a file, those that its aliases stand for included: what walks them as often as they stand there ends all the same."""
MAX_NUMBER = 100
"""Characters of a number; what is longer is a text."""
MAX_DEPTH = 60
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.resolver.Resolver()
_SCALARS: Any = yaml.constructor.SafeConstructor()
_TYPED = {f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null")}
_SCALAR, _START, _END = yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.CollectionEndEvent
_SEQUENCE = yaml.SequenceStartEvent
_TOO_DEEP = "is nested too deeply"


@record()
class Node:
    """One value in a YAML file.

    A mapping has ``children`` by key, a sequence has ``elements``, a scalar has ``text`` (as written, quotes and folding
    undone) and ``value`` (as YAML 1.1 understands it: ``no`` is False). Lines and columns count from 1. ``style`` is
    ``|`` or ``>`` for block scalars, a quote for quoted ones, None for plain ones. ``keys`` maps each key to its place;
    ``repeated`` holds the places of repeated keys, whose last value counts. ``origins`` are the parts of ``text`` that were written
    elsewhere: the values that a template takes from another file.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    children: dict[str, Node] | None = None
    elements: tuple[Node, ...] | None = None
    text: str | None = None
    style: str | None = None
    tag: str | None = None
    keys: dict[str, Span] = field(default_factory=dict)
    repeated: tuple[tuple[str, Span], ...] = ()
    origins: tuple[Origin, ...] = ()

    def get(self, *keys: str) -> Node | None:
        """The node under ``keys``, or None if one of them is missing or its parent is not a mapping."""
        node: Node | None = self
        for key in keys:
            node = node.children.get(key) if node is not None and node.children is not None else None
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """Key and value of each entry of a mapping; empty for other nodes."""
        yield from (self.children or {}).items()

    def __iter__(self) -> Iterator[Node]:
        yield from self.elements or ()

    def walk(self) -> Iterator[Node]:
        """The node and all nodes in it, each once however often an alias stands for it."""
        waiting, seen = [self], set[int]()
        while waiting:
            node = waiting.pop()
            if id(node) not in seen:
                seen.add(id(node))
                yield node
                waiting += [*reversed([*(node.children or {}).values(), *node])]

    @property
    def value(self) -> Any:
        """A scalar as str, int, float, bool or None; a text where it only looks like one of these. None for other nodes."""
        if self.text is None:
            return None
        if len(self.text) > MAX_NUMBER:
            return self.text
        tag = self.tag or (_RESOLVER.resolve(yaml.ScalarNode, self.text, (True, False)) if self.style is None else None)
        if tag in _TYPED:
            try:
                return _SCALARS.construct_object(yaml.ScalarNode(tag, self.text))
            except (ValueError, yaml.YAMLError):
                return self.text
        return self.text

    @property
    def span(self) -> Span:
        """The place of the value."""
        return Span(self.path, self.line, self.column, self.end_line, self.end_column)

    def plain(self) -> Any:
        """The value as dicts, lists and scalars. Shared nodes stay shared, so an alias bomb stays small."""
        return _plain(self, {})


@record()
class YamlFile:
    """A YAML file: its documents in order, and its text.

    Where documents are put together from several files, ``others`` holds the texts of the other files by path, and each node
    has the path of the file that it is written in.
    """

    path: str
    documents: tuple[Node, ...]
    text: str = field(repr=False)
    others: Mapping[str, str] = field(default_factory=dict, repr=False)


def parse_yaml(path: str, content: bytes) -> YamlFile:
    """Parse a YAML file of any number of documents. Raises Broken, with line and column, if it is invalid or exceeds the limits."""
    text = decode(path, content)
    return YamlFile(path, parse_yaml_text(path, text), text)


def parse_yaml_text(path: str, text: str, first_line: int = 1) -> tuple[Node, ...]:
    """The documents of a piece of YAML that begins on ``first_line`` of ``path``. Raises Broken."""
    with located_errors(path, first_line):
        return tuple(_documents(path, text, first_line))


@contextmanager
def located_errors(path: str, first_line: int) -> Iterator[None]:
    """Turns PyYAML's errors into Broken, with their place in the file."""
    try:
        yield
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "it does not parse"
        if what.startswith("could not determine a constructor for the tag"):
            what = f"the tag {what.split(maxsplit=8)[-1][:60]} is unknown (put the text in quotes)"
        line = mark.line + first_line if mark else first_line
        column = mark.column + 1 if mark else 1
        if "nesting depth" in what:  # PyYAML's own bound, from 6.0.4 on
            raise Broken(Span(path, line, column), _TOO_DEEP) from None
        raise Broken(Span(path, line, column), f"is not valid YAML: {what} at line {line}, column {column}") from None
    except yaml.YAMLError as error:
        raise Broken(Span(path, first_line), f"is not valid YAML: {str(error).splitlines()[0]}") from None


def _documents(path: str, text: str, first_line: int) -> Iterator[Node]:
    """Builds the trees from the parser's events, so that no depth of nesting reaches the C stack."""
    loader = LOADER(text)
    try:
        builder = _Builder(path, first_line)
        more, event = loader.check_event, loader.get_event
        while more():
            root = builder.take(event())
            if root is not None:
                yield root
                builder = _Builder(path, first_line, builder.count)
    finally:
        loader.dispose()


@mutable
class _Open:
    """A mapping or sequence that has not ended yet; ``before`` is the number of values before it."""

    start: Any
    before: int
    values: list[Node] = field(default_factory=list)
    names: list[Node] = field(default_factory=list)
    key: Node | None = None


class _Builder:
    """Makes one document's tree, event by event."""

    def __init__(self, path: str, first_line: int, count: int = 0) -> None:
        self.path = path
        self.first_line = first_line
        self.count = count
        self.stack: list[_Open] = []
        self.anchors: dict[str, Node | None] = {}
        self.sizes: dict[str, int] = {}

    def take(self, event: Any) -> Node | None:
        """Add an event; returns the root of the document when it is complete."""
        anchor = None
        if isinstance(event, _SCALAR):  # most of them are
            anchor = event.anchor
            node = Node(*self._place(event, event), text=event.value, style=event.style or None, tag=event.tag)
        elif isinstance(event, _START):
            if event.anchor:
                self.anchors[event.anchor] = None
            if len(self.stack) >= MAX_DEPTH:
                raise self._broken(event, _TOO_DEEP)
            self.stack.append(_Open(event, self.count))
            return None
        elif isinstance(event, yaml.AliasEvent):
            anchor = event.anchor
            known = self.anchors.get(event.anchor or "")
            if known is None:
                fault = "contains itself" if event.anchor in self.anchors else "is not defined"
                raise self._broken(event, f"refers to the anchor {event.anchor!r}, which {fault},")
            node = known
            self.count += self.sizes.get(event.anchor or "", 1) - 1
        elif isinstance(event, _END):
            node = self._close(self.stack.pop(), event)
        else:
            return None
        return self._add(node, anchor)

    def _add(self, node: Node, anchor: str | None) -> Node | None:
        self.count += 1
        if self.count > MAX_NODES:
            raise Broken(
                Span(self.path, node.line), f"holds more than {MAX_NODES:,} values, counting each alias as what it stands for"
            )
        if anchor:
            self.anchors[anchor] = node
        if not self.stack:
            return node
        parent = self.stack[-1]
        if isinstance(parent.start, _SEQUENCE):
            parent.values.append(node)
        elif parent.key is None:
            parent.key = node
        else:
            parent.names.append(parent.key)
            parent.values.append(node)
            parent.key = None
        return None

    def _close(self, opened: _Open, end: Any) -> Node:
        place = self._place(opened.start, end)
        if isinstance(opened.start, yaml.SequenceStartEvent):
            node = Node(*place, elements=tuple(opened.values))
        else:
            children: dict[str, Node] = {}
            keys: dict[str, Span] = {}
            repeated: list[tuple[str, Span]] = []
            merged: set[str] = set()
            for name, value in zip(opened.names, opened.values, strict=True):
                if name.text == "<<" and name.style is None:
                    before = set(keys)
                    _merge(children, keys, value)
                    merged |= keys.keys() - before
                else:
                    key = name.text if name.text is not None else f"key on line {name.line}"
                    if key in keys and key not in merged:
                        repeated.append((key, name.span))
                    merged.discard(key)
                    children[key] = value
                    keys[key] = name.span
            node = Node(*place, children=children, keys=keys, repeated=tuple(repeated))
        if opened.start.anchor:
            self.anchors[opened.start.anchor] = node
            self.sizes[opened.start.anchor] = self.count - opened.before + 1
        return node

    def _place(self, start: Any, end: Any) -> tuple[str, int, int, int, int]:
        first, last = start.start_mark, end.end_mark
        return self.path, first.line + self.first_line, first.column + 1, last.line + self.first_line, last.column + 1

    def _broken(self, event: Any, message: str) -> Broken:
        line = event.start_mark.line + self.first_line
        return Broken(Span(self.path, line, event.start_mark.column + 1), f"{message} on line {line}")


def _merge(children: dict[str, Node], keys: dict[str, Span], merged: Node) -> None:
    """``<<: *anchor`` brings the entries that are not there yet."""
    for source in (merged, *merged):
        for name, child in source.items():
            if name not in children:
                children[name] = child
                keys[name] = source.keys[name]


def _plain(node: Node, done: dict[int, Any]) -> Any:
    if id(node) not in done:
        if node.children is not None:
            done[id(node)] = {key: _plain(child, done) for key, child in node.children.items()}
        elif node.elements is not None:
            done[id(node)] = [_plain(element, done) for element in node.elements]
        else:
            done[id(node)] = node.value
    return done[id(node)]
