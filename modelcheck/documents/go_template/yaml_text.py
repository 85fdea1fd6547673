"""Values as YAML and JSON, as ``toYaml`` and ``toJson`` write them, each scalar with the place where it was written."""

from __future__ import annotations

import json

from modelcheck.documents.go_template.data import MAX_TEXT, Unfit, Value, kind_of, mapping, number_text, plain, sequence, text_of
from modelcheck.documents.go_template.traced import Text, joined
from modelcheck.documents.yamlfile import Node
from modelcheck.patterns import lazy

_MAX_DEPTH = 60
_MOST_PIECES = 50_000
"""Of a text: some ten thousand scalars with their keys and marks."""
_PLAIN = lazy(r"[A-Za-z/._-]?[A-Za-z/._][\w./@+=,-]*(?::[\w./@+=,-]+)*")
_MADE_OF = lazy(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]*")
"""A text that single quotes can hold."""


class Writer:
    """Writes values as lines of YAML. Raises Unfit for one that is unknown, too deep or too large."""

    def __init__(self) -> None:
        self.pieces: list[Text] = []
        self.size = 0

    def add(self, text: Text) -> None:
        """Add a text."""
        self.size += len(text.text)
        if self.size > MAX_TEXT or len(self.pieces) > _MOST_PIECES:
            raise Unfit
        self.pieces.append(text)

    def value(self, value: Value, indent: int, depth: int) -> None:
        """Write a value after ``- `` or a key, or at the beginning; ``indent`` is the column of its lines."""
        if depth > _MAX_DEPTH:
            raise Unfit
        kind = kind_of(value)
        if kind == "map":
            self._mapping(value, indent, depth)
        elif kind == "slice":
            self._sequence(value, indent, depth)
        else:
            self.add(yaml_scalar(value, indent))

    def _mapping(self, value: Value, indent: int, depth: int) -> None:
        entries = sorted(mapping(value).items())
        if not entries:
            self.add(Text("{}"))
        for place, (key, child) in enumerate(entries):
            self.add(Text("\n" + " " * indent if place else ""))
            self.add(yaml_scalar(_key(value, key), indent))
            self.add(Text(":"))
            self._below(child, indent, depth)

    def _below(self, child: Value, indent: int, depth: int) -> None:
        kind = kind_of(child)
        if kind == "map" and mapping(child):
            self.add(Text("\n" + " " * (indent + 2)))
            self.value(child, indent + 2, depth + 1)
        elif kind == "slice" and sequence(child):
            self.add(Text("\n" + " " * indent))
            self.value(child, indent, depth + 1)
        else:
            self.add(Text(" "))
            self.value(child, indent + 2, depth + 1)

    def _sequence(self, value: Value, indent: int, depth: int) -> None:
        elements = sequence(value)
        if not elements:
            self.add(Text("[]"))
        for place, element in enumerate(elements):
            self.add(Text(("\n" + " " * indent if place else "") + "- "))
            self.value(element, indent + 2, depth + 1)


def to_yaml(value: Value) -> Text:
    """A value as YAML, without a line end at the end."""
    writer = Writer()
    writer.value(value, 0, 0)
    return joined(writer.pieces)


def _key(value: Value, key: str) -> Value:
    """A key with its place, if it has one."""
    at = value.keys.get(key) if isinstance(value, Node) else None
    if at is None or at.line is None or at.column is None:
        return Text(key)
    line, column = at.end_line or at.line, at.end_column or at.column
    return Node(at.path, at.line, at.column, line, column, text=key, style='"')


def yaml_scalar(value: Value, indent: int = 0) -> Text:
    """A scalar as YAML writes it, in the quotes that it needs."""
    found = plain(value)
    if found is None:
        return _of_node("null", value)
    if not isinstance(found, Text):
        text = value.text or "" if isinstance(value, Node) and not isinstance(found, bool) else number_text(found)
        return _of_node(text, value)
    text = found.text
    if "\n" in text and text.strip() == text.rstrip("\n") and _MADE_OF.fullmatch(text.replace("\n", "")):
        return _block(found, value, indent)
    is_text = isinstance(Node("", 1, 1, 1, 1, text=text).value, str)
    if is_text and _PLAIN.fullmatch(text):
        return _copied(found, value)
    if is_text and _MADE_OF.fullmatch(text):
        quoted = found if "'" not in text else found.made(text.replace("'", "''"))
        return joined((Text("'"), _copied(quoted, value), Text("'")))
    quoted = found.made(json.dumps(text, ensure_ascii=False)[1:-1])
    return joined((Text('"'), _copied(quoted, value), Text('"')))


def _copied(text: Text, value: Value) -> Text:
    """The text as the scalar that it is a copy of, where it is one."""
    if not isinstance(value, Node):
        return text
    return Text.of(text.text, value, 0 if text.text == value.text else -1, whole=True)


def _of_node(text: str, value: Value) -> Text:
    """What is written for a scalar, if it is one of a file."""
    return Text.of(text, value, whole=True) if isinstance(value, Node) else Text(text)


def _block(text: Text, value: Value, indent: int) -> Text:
    """A text of several lines as a block of lines."""
    bare = text.text.rstrip("\n")
    ends = len(text.text) - len(bare)
    margin = " " * (indent or 2)
    lines = "\n".join(margin + line if line else "" for line in bare.split("\n")) + "\n" * max(0, ends - 1)
    made = f"|{('-', '', '+')[min(ends, 2)]}\n{lines}"
    return _of_node(made, value)


def to_json(value: Value) -> Text:
    """A value as JSON on one line."""
    writer = Writer()
    _json(value, writer, 0)
    return joined(writer.pieces)


def _json(value: Value, writer: Writer, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise Unfit
    kind = kind_of(value)
    if kind == "map":
        for place, (key, child) in enumerate(sorted(mapping(value).items())):
            writer.add(Text(("," if place else "{") + json.dumps(key, ensure_ascii=False) + ":"))
            _json(child, writer, depth + 1)
        writer.add(Text("}" if mapping(value) else "{}"))
    elif kind == "slice":
        for place, child in enumerate(sequence(value)):
            writer.add(Text("," if place else "["))
            _json(child, writer, depth + 1)
        writer.add(Text("]" if sequence(value) else "[]"))
    elif kind == "string":
        found = text_of(value)
        writer.add(joined((Text('"'), found.made(json.dumps(found.text, ensure_ascii=False)[1:-1]), Text('"'))))
    else:
        writer.add(Text("null" if kind == "invalid" else number_text(plain(value))))


def from_yaml(value: object, made: dict[int, Value] | None = None) -> Value:
    """Parsed YAML or JSON as values, without places. What is shared stays shared."""
    made = {} if made is None else made
    if isinstance(value, str):
        return Text(value)
    if not isinstance(value, dict | list):
        return value  # type: ignore[return-value] # a bool, a number or None
    if id(value) not in made:
        if isinstance(value, dict):
            made[id(value)] = {str(key): from_yaml(child, made) for key, child in value.items()}
        else:
            made[id(value)] = [from_yaml(child, made) for child in value]
    return made[id(value)]
