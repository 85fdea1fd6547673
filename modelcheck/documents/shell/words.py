"""From syntax nodes to words and their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.documents.shell.changing import CHANGING, slice_of
from modelcheck.documents.shell.syntax import Assignment, Literal, Part, Substitution, Unknown, Variable, Word
from modelcheck.patterns import lazy

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPE = lazy(r"\\(\n|.)", re.DOTALL)
_ESCAPE_IN_QUOTES = lazy(r"\\([\"\\$`\n])")
_ESCAPE_IN_ANSI = lazy(r"\\([^\n])")
_BLANKS = {"n": "\n", "t": "\t", "r": "\r"}
_KEY = lazy(r"\[(?P<key>[^\]\s]{1,100})\]=")
_PLAIN_KEY = lazy(r"[\w.:/-]{1,100}")
_NAME = lazy(r"[A-Za-z_]\w*|[0-9]+|[@*#?$!-]")
_EXPANSIONS = ("simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion")
_OPERATORS = (":", ":-", "-", ":=", "=", ":?", "?", ":+", "+", *CHANGING)
_REPLACING = ("/", "//", "/#", "/%")
_PRINTING = frozenset(("echo", "printf", "basename", "dirname"))
"""Programs whose output only depends on their arguments."""
_DEEPEST = 40


class Words:
    """Reads the words of a text of which a part was parsed; the part begins at ``base``."""

    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base

    def start(self, node: Node) -> int:
        """Where a node begins in the text."""
        return self._base + node.start_byte

    def end(self, node: Node) -> int:
        """Where a node ends in the text."""
        return self._base + node.end_byte

    def slice(self, node: Node) -> str:
        """A node's text."""
        return self._text[self.start(node) : self.end(node)]

    def line_of(self, node: Node) -> int:
        """Where the line of a node's beginning begins."""
        return self._text.rfind("\n", 0, self.start(node)) + 1

    def word(self, node: Node, depth: int = 0) -> Word:
        """The word that a node is."""
        return self._joined([node], depth)

    def _joined(self, nodes: list[Node], depth: int = 0) -> Word:
        """One word of several nodes, with the text between them."""
        start, end = self.start(nodes[0]), self.end(nodes[-1])
        return Word(_merged(self._between(nodes, start, end, depth, quoted=False)), start, end)

    def assignment(self, node: Node) -> Assignment | None:
        """``NAME=value``, ``NAME[key]=value``; None where the name is missing."""
        name, *rest = node.children
        if name.type not in ("variable_name", "subscript") or not rest:
            return None
        append = rest[0].type == "+="
        value = rest[1] if len(rest) > 1 else None
        if value is not None and value.type == "array":
            pairs = [self._element(child) for child in value.named_children if child.type != "comment"]
            keys = tuple(key for key, _ in pairs)
            return Assignment(self.slice(name), tuple(word for _, word in pairs), array=True, append=append, keys=keys)
        word = self._joined(rest[1:]) if value is not None else Word((), self.end(node), self.end(node))
        if name.type == "subscript":
            of, _, key = self.slice(name).removesuffix("]").partition("[")
            return None if append else Assignment(of, (word,), array=True, append=True, keys=(_plain_key(key),))
        return Assignment(self.slice(name), (word,), append=append)

    def _element(self, node: Node) -> tuple[str, Word]:
        """An element of an array with its key, which is empty where it has none: ``[key]=value``."""
        word = self.word(node)
        key = _KEY.match(self._text, word.start, word.end)
        if key is None:
            return "", word
        parts = []
        for part in word.parts:
            if part.start >= key.end():
                parts.append(part)
            elif isinstance(part, Literal) and part.end > key.end() and part.plain:
                skipped = key.end() - part.start
                parts.append(Literal(part.text[skipped:], key.end(), len(part.text) - skipped))
        return _plain_key(key["key"]), Word(tuple(parts), key.end(), word.end)

    def _between(self, nodes: list[Node], start: int, end: int, depth: int, *, quoted: bool) -> Iterator[Part]:
        """The parts of nodes that follow each other, and the text that is between them."""
        cursor = start
        for node in nodes:
            begin = self.start(node)
            if cursor < begin:
                yield from self._literal(cursor, begin, _ESCAPE_IN_QUOTES if quoted else _ESCAPE)
            yield from self._parts(node, depth, quoted=quoted)
            cursor = self.end(node)
        if cursor < end:
            yield from self._literal(cursor, end, _ESCAPE_IN_QUOTES if quoted else _ESCAPE)

    def _parts(self, node: Node, depth: int, *, quoted: bool) -> Iterator[Part]:
        kind = node.type
        start, end = self.start(node), self.end(node)
        if kind in ("string", "translated_string"):
            begin = start + self._text[start:end].find('"') + 1
            inside = [child for child in node.children if child.type != '"' and child.type != "$"]
            close = end - 1 if end - 1 >= begin and self._text[end - 1] == '"' else end
            yield from self._between(inside, begin, close, depth + 1, quoted=True) if close > begin else (Literal("", begin, 0),)
        elif kind == "raw_string":
            yield Literal(self._text[start + 1 : end - 1], start + 1, end - start - 2)
        elif kind == "ansi_c_string":
            yield from self._literal(start + 2, end - 1, _ESCAPE_IN_ANSI)
        elif kind in _EXPANSIONS:
            blanks = end - start - len(self._text[start:end].lstrip())  # the grammar counts those before it in quotes
            if blanks:
                yield Literal(self._text[start : start + blanks], start, blanks)
            yield self._expansion(node, start + blanks, end, depth, quoted=quoted)
        elif kind in ("concatenation", "command_name") and depth < _DEEPEST:
            yield from self._between(node.children, start, end, depth + 1, quoted=quoted)
        else:
            yield from self._literal(start, end, _ESCAPE_IN_QUOTES if quoted else _ESCAPE)

    def _literal(self, start: int, end: int, escape: re.Pattern[str]) -> Iterator[Literal]:
        """Text between two offsets, in pieces where it has escapes; a line end after a backslash is left out."""
        text = self._text[start:end]
        cursor = 0
        for found in escape.finditer(text) if "\\" in text else ():
            if cursor < found.start():
                yield Literal(text[cursor : found.start()], start + cursor, found.start() - cursor)
            if found[1] != "\n":
                yield Literal(_BLANKS.get(found[1], found[1]) if escape is _ESCAPE_IN_ANSI else found[1], start + found.start(), 2)
            cursor = found.end()
        if cursor < len(text) or not text:
            yield Literal(text[cursor:], start + cursor, len(text) - cursor)

    def _expansion(self, node: Node, start: int, end: int, depth: int, *, quoted: bool) -> Part:
        """``$NAME`` and ``${NAME…}``: the name, an index, an operator, and what follows it; ``$(…)`` of a program that prints."""
        if node.type == "simple_expansion":
            name = self._text[start + 1 : end]
            return Variable(name, start, end, quoted) if _NAME.fullmatch(name) else Unknown(start, end)
        if node.type == "command_substitution":
            return self._substitution(node, start, end, depth, quoted=quoted)
        inside = node.children[1:-1] if node.type == "expansion" else []
        if len(inside) == len(("!", "NAME[@]")) and inside[0].type == "!" and inside[1].type == "subscript":
            name, _, index = self.slice(inside[1]).removesuffix("]").partition("[")
            return Variable(f"!{name}", start, end, quoted, index=index) if index in ("@", "*") else Unknown(start, end)
        if [one.type for one in inside] == ["!", "variable_name"]:
            return Variable(f"!{self.slice(inside[1])}", start, end, quoted)
        if not inside or inside[0].type not in ("variable_name", "special_variable_name", "subscript", "word", "number"):
            return Unknown(start, end)
        name, index = self.slice(inside[0]), ""
        if inside[0].type == "subscript":
            name, _, index = name.removesuffix("]").partition("[")
        operator = inside[1].type if len(inside) > 1 else ""
        if not _NAME.fullmatch(name) or (operator and operator not in _OPERATORS) or depth > _DEEPEST:
            return Unknown(start, end)
        if not operator:
            return Variable(name, start, end, quoted, index=index)
        begin, close = self.end(inside[1]), end - 1
        if operator == ":" and slice_of(self._text[begin:close]) is None:
            return Unknown(start, end)
        following, replacement = inside[2:], None
        if operator in _REPLACING:
            sign = next((place for place, one in enumerate(following) if one.type == "/"), len(following))
            last = self.start(following[sign]) if sign < len(following) else close
            replacement = self._argument(following[sign + 1 :], min(last + 1, close), close, depth, quoted=quoted)
            following, close = following[:sign], last
        argument = self._argument(following, begin, close, depth, quoted=quoted)
        return Variable(name, start, end, quoted, operator, argument, index, replacement)

    def _argument(self, nodes: list[Node], start: int, end: int, depth: int, *, quoted: bool) -> Word:
        return Word(tuple(self._between(nodes, start, end, depth + 1, quoted=quoted)), start, end)

    def _substitution(self, node: Node, start: int, end: int, depth: int, *, quoted: bool) -> Part:
        """``$(echo …)`` of one command that has nothing but arguments."""
        inside = [child for child in node.named_children if child.type != "comment"]
        words = inside[0].named_children if len(inside) == 1 and inside[0].type == "command" else []
        program = self.slice(words[0]).rpartition("/")[2] if words and words[0].type == "command_name" else ""
        if program not in _PRINTING or depth > _DEEPEST or any(one.type.endswith("redirect") for one in words):
            return Unknown(start, end)
        return Substitution(program, tuple(self.word(one, depth + 1) for one in words[1:]), start, end, quoted)


def _plain_key(written: str) -> str:
    """The key of an array's element without its quotes; empty where a variable is in it."""
    key = written.strip().strip("\"'")
    return key if _PLAIN_KEY.fullmatch(key) else ""


def _merged(parts: Iterator[Part]) -> tuple[Part, ...]:
    """The parts, with texts as one that are written one after the other: the grammar cuts words at braces and signs."""
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, Literal) and isinstance(last, Literal) and last.end == part.start and last.plain and part.plain:
            merged[-1] = Literal(last.text + part.text, last.start, last.width + part.width)
        else:
            merged.append(part)
    return tuple(merged)
