"""What an expression of HCL may be: strings with the places where they are written, lists and maps of them.

Terraform is not run, and what only it knows (a resource's attribute, a data source) stays as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from modelcheck.documents.hcl_tree import (
    Body,
    Call,
    Each,
    Either,
    Expression,
    Items,
    Object,
    Reference,
    Template,
    Text,
)
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.origin import Origin
from modelcheck.findings import Span
from modelcheck.readers.assembly.hcl_modules import Module, declared_in
from modelcheck.readers.assembly.hcl_templates import heredoc, template
from modelcheck.records import replace

_DEEPEST = 24
_MOST = 50
_MOST_STEPS = 50_000
_SAME = frozenset(
    "tostring tolist toset tomap sensitive nonsensitive trimspace jsonencode yamlencode flatten distinct compact one base64encode "
    "base64gzip textencodebase64 chomp".split()
)
"""Functions that give back what they are given, as far as strings in it go."""


class Record(dict[str, "Value"]):
    """A block or an object: blocks of a name as a list below it. ``at`` is the block's place, ``labels`` are its labels."""

    at: Span | None = None
    name: str = ""
    labels: tuple[str, ...] = ()


class Open(Located):
    """A reference of which nothing is known, as it is written: ``var.name``."""


class Choice(NamedTuple):
    """The values that a condition leaves open."""

    values: tuple[Value, ...]


Value = Located | list["Value"] | Record | Choice | None


class Scope:
    """The names that expressions of a module may use. ``given`` are the values of its variables, ``bound`` those of iterators."""

    def __init__(self, module: Module | None, given: Mapping[str, Value], own: Body | None = None) -> None:
        self.module = module
        self._given = given
        self._own = own
        self._open: set[tuple[str, ...]] = set()
        self.steps = 0

    def value(self, expression: Expression | None, bound: Mapping[str, Value] | None = None, depth: int = 0) -> Value:
        """What an expression may be; None where nothing is known. A reference of which nothing is known is ``Open``."""
        self.steps += 1
        if expression is None or depth > _DEEPEST or self.steps > _MOST_STEPS:
            return None
        bound = bound or {}
        match expression:
            case Text(value):
                return heredoc(value, partial(self._text, bound=bound, depth=depth)) if "\n" in value.text else value
            case Template(parts, at):
                return _joined([self.value(part, bound, depth + 1) for part in parts], at)
            case Reference(names, at):
                return self._named(names, at, bound, depth)
            case Items(elements):
                return [self.value(one, bound, depth + 1) for one in elements]
            case Object(fields):
                return Record({name: self.value(one, bound, depth + 1) for name, one in fields.items()})
            case Call("templatefile" | "file", arguments):
                return self._file([self.value(one, bound, depth + 1) for one in arguments], depth)
            case Call(name, arguments):
                return _called(name, [self.value(one, bound, depth + 1) for one in arguments])
            case Either(values):
                return _chosen([self.value(one, bound, depth + 1) for one in values])
            case Each(names, of, inner):
                pairs = list(elements_of(self.value(of, bound, depth + 1)))[:_MOST]
                return [self.value(inner, {**bound, **_pair(names, key, one)}, depth + 1) for key, one in pairs]
        return None

    def _text(self, expression: Expression, bound: Mapping[str, Value], depth: int) -> Located | None:
        """The text that an expression in a template may be; None where it is not known."""
        found = next(iter(alternatives(self.value(expression, bound, depth + 1))), None)
        return None if isinstance(found, Open) else found

    def _file(self, arguments: list[Value], depth: int) -> Value:
        """A file of the module, or a template with its values."""
        path = next(iter(alternatives(arguments[0])), None) if arguments else None
        if path is None or self.module is None:
            return None
        beside, name = self.module.neighbours, path.text.removeprefix("${path.module}/")
        text = beside.text(name)
        if text is None:
            return Open(path.text, path.at) if "${" in path.text else None
        given = arguments[1] if len(arguments) > 1 else None
        bound = given if isinstance(given, Record) else Record()
        evaluate = partial(self._text, bound=bound, depth=depth) if len(arguments) > 1 else None
        return template(path, name, Lines(beside.shown(name), text), evaluate)

    def _named(self, names: tuple[str, ...], at: Span, bound: Mapping[str, Value], depth: int) -> Value:
        first, *rest = names
        found: Value = None
        if first in bound:
            found = bound[first]
        elif first in ("var", "local") and rest:
            name = rest.pop(0)
            if (first, name) not in self._open:
                self._open.add((first, name))
                found = self._declared(first, name, depth)
                self._open.discard((first, name))
        found = _followed(found, rest)
        if found is None:
            return Open(".".join(names), at)
        return replace(found, used_at=at) if isinstance(found, Located) and not isinstance(found, Open) else found

    def _declared(self, kind: str, name: str, depth: int) -> Value:
        if kind == "var" and name in self._given:
            return self._given[name]
        own = declared_in(self._own, kind, name) if self._own is not None else None
        if own is None and self.module is not None:
            own = self.module.declared(kind, name)
        return self.value(own, None, depth + 1)

    def records(self, body: Body, bound: Mapping[str, Value] | None = None, depth: int = 0) -> Iterator[Record]:
        """A block with its blocks: once, or for each element of its ``for_each``."""
        bound = bound or {}
        repeated = body.attributes.get("for_each")
        pairs: list[tuple[Value, Value]] = [(None, None)]
        if repeated is not None and body.name != "dynamic":
            pairs = list(elements_of(self.value(repeated, bound, depth)))[:_MOST] or pairs
        for key, one in pairs:
            inner = bound if one is None else {**bound, "each": Record({"key": key, "value": one})}
            yield self._record(body, inner, depth)

    def _record(self, body: Body, bound: Mapping[str, Value], depth: int) -> Record:
        record = Record({name: self.value(one, bound, depth) for name, one in body.attributes.items()})
        record.at, record.name, record.labels = body.at, body.name, body.labels
        for block in body.blocks if depth < _DEEPEST else ():
            for name, inner in self._blocks(block, bound, depth):
                known = record.setdefault(name, [])
                if isinstance(known, list):
                    known.append(inner)
        return record

    def _blocks(self, block: Body, bound: Mapping[str, Value], depth: int) -> Iterator[tuple[str, Record]]:
        if block.name != "dynamic" or not block.labels:
            yield from ((block.name, record) for record in self.records(block, bound, depth + 1))
            return
        name = block.labels[0]
        for key, one in list(elements_of(self.value(block.attributes.get("for_each"), bound, depth)))[:_MOST]:
            inner = {**bound, name: Record({"key": key, "value": one})}
            yield from ((name, self._record(content, inner, depth + 1)) for content in block.blocks if content.name == "content")


def elements_of(value: Value) -> Iterator[tuple[Value, Value]]:
    """The keys and values of a map, the values of a list."""
    if isinstance(value, Record):
        yield from ((Located(key, Span("")), one) for key, one in value.items())
    elif isinstance(value, list):
        yield from ((one, one) for one in value)


def alternatives(value: Value) -> list[Located]:
    """The texts that a value may be: one, or those that a condition leaves open."""
    if isinstance(value, Choice):
        return [one for option in value.values for one in alternatives(option)]
    return [value] if isinstance(value, Located) else []


def texts(value: Value) -> list[Located]:
    """Every text in a value, those of lists in order."""
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return alternatives(value)[:1]


def _pair(names: tuple[str, ...], key: Value, one: Value) -> dict[str, Value]:
    return {names[0]: key, names[1]: one} if len(names) > 1 else {names[0]: one} if names else {}


def _followed(value: Value, names: list[str]) -> Value:
    for place, name in enumerate(names):
        if name == "*" and isinstance(value, list):
            return [_followed(one, names[place + 1 :]) for one in value]
        if isinstance(value, list) and name.isdecimal() and len(name) < 6:
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, Record) else None
    return value


def _joined(parts: list[Value], at: Span) -> Value:
    """A string with interpolations; what a part took from elsewhere keeps its place."""
    text, origins = "", []
    for part in parts:
        options = alternatives(part)
        if not options:
            return None
        part_text = f"${{{options[0].text}}}" if isinstance(options[0], Open) else options[0].text
        if options[0].at != at:
            origins.append(Origin(len(text), len(text) + len(part_text), options[0].at))
        text += part_text
    return Located(text, at, origins=tuple(origins))


def _chosen(values: list[Value]) -> Value:
    """The values that a condition leaves open: without empty ones, and without open references where there are others."""
    known = [one for one in values if one is not None and not (isinstance(one, Located) and not one.text)]
    settled = [one for one in known if not isinstance(one, Open)] or known
    return settled[0] if len(settled) == 1 else Choice(tuple(settled)) if settled else None


def _called(name: str, arguments: list[Value]) -> Value:
    if name in ("coalesce", "try"):
        chosen = _chosen(arguments)
        return chosen.values[0] if isinstance(chosen, Choice) else chosen
    if name == "concat":
        return [one for argument in arguments for one in (argument if isinstance(argument, list) else [argument])]
    if name == "merge":
        return Record({key: one for argument in arguments if isinstance(argument, Record) for key, one in argument.items()})
    if name == "lookup" and len(arguments) > 1:
        key = next(iter(alternatives(arguments[1])), None)
        found = _followed(arguments[0], [key.text]) if key else None
        return found if found is not None else arguments[2] if len(arguments) > 2 else None
    if name == "element" and isinstance(arguments[0], list):
        return arguments[0][0] if arguments[0] else None
    return arguments[0] if name in _SAME and arguments else None
