"""Parses a Go template. What it cannot parse raises TemplateError with the offset of the fault."""

from __future__ import annotations

import re
from dataclasses import field

from modelcheck.documents.go_template.lexer import Piece, TemplateError, Token, pieces_of, unescaped
from modelcheck.documents.go_template.syntax import (
    Action,
    Branch,
    Call,
    Chain,
    Constant,
    Copied,
    Field,
    Function,
    Jump,
    Kind,
    Operand,
    Parsed,
    Part,
    Pipeline,
    Variable,
)
from modelcheck.records import mutable

MAX_DEPTH = 40
"""Blocks inside of blocks, and parentheses inside of parentheses."""
_LINE = 200
"""Blanks before and after an action that are looked at."""
_CONSTANTS = {"true": True, "false": False, "nil": None}


def parse_template(text: str) -> Parsed:
    """The tree of a template. Raises TemplateError."""
    blocks = _Blocks(text, pieces_of(text))
    parts, stop = blocks.until(0)
    if stop:
        raise TemplateError(f"{stop[0].text} without a block", stop[0].start)
    return Parsed(parts, blocks.defines)


@mutable
class _Blocks:
    """Reads pieces in order. ``defines`` gets the templates that are defined anywhere in them."""

    text: str
    pieces: list[Piece]
    at: int = 0
    defines: dict[str, tuple[Part, ...]] = field(default_factory=dict)

    def until(self, depth: int) -> tuple[tuple[Part, ...], tuple[Token, ...]]:
        """The parts up to an ``end`` or ``else``, and that action's tokens; outside of blocks none at the end of the text."""
        if depth > MAX_DEPTH:
            raise TemplateError("blocks are nested too deeply", self.pieces[min(self.at, len(self.pieces) - 1)].start)
        parts = list[Part]()
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            self.at += 1
            tokens = piece.tokens
            if tokens is None:
                parts.append(Copied(piece.start, piece.end))
                continue
            if not tokens:
                raise TemplateError("an action is empty", piece.start)
            word = tokens[0].text if tokens[0].kind == "word" else ""
            if word in ("end", "else"):
                return tuple(parts), tokens
            parts += self._part(word, piece, tokens, depth)
        if depth:
            raise TemplateError("a block has no end", len(self.text))
        return tuple(parts), ()

    def _part(self, word: str, piece: Piece, tokens: tuple[Token, ...], depth: int) -> list[Part]:
        if word in ("if", "with", "range"):
            return [self._branch(word, tokens[1:], piece.start, depth)]  # type: ignore[arg-type] # three literals
        if word in ("define", "block"):
            name, pipeline = _named(tokens, piece)
            body, stop = self.until(depth + 1)
            _require_end(stop)
            self.defines[name] = body
            return [Call(name, pipeline, piece.start, piece.end)] if word == "block" else []
        if word == "template":
            return [Call(*_named(tokens, piece), piece.start, piece.end)]
        if word in ("break", "continue") and len(tokens) == 1:
            return [Jump(word)]
        return [Action(_Tokens(tokens).pipeline(), piece.start, piece.end, self._alone(piece))]

    def _branch(self, kind: Kind, tokens: tuple[Token, ...], start: int, depth: int) -> Branch:
        pipeline = _Tokens(tokens, start=start).pipeline()
        then, stop = self.until(depth + 1)
        otherwise: tuple[Part, ...] = ()
        if stop[0].text == "else":
            if len(stop) > 1 and stop[1].text in ("if", "with"):
                otherwise = (self._branch(stop[1].text, stop[2:], stop[1].start, depth + 1),)  # type: ignore[arg-type] # two literals
                return Branch(kind, pipeline, then, otherwise)
            otherwise, stop = self.until(depth + 1)
        _require_end(stop)
        return Branch(kind, pipeline, then, otherwise)

    def _alone(self, piece: Piece) -> bool:
        """Whether only blanks are before and after an action on its lines."""
        before = self.text[max(0, piece.start - _LINE) : piece.start].rpartition("\n")
        after = self.text[piece.end : piece.end + _LINE].partition("\n")
        begins = before[1] or piece.start <= _LINE
        ends = after[1] or piece.end + _LINE >= len(self.text)
        return bool(begins and ends) and not before[2].strip() and not after[0].strip()


def _require_end(stop: tuple[Token, ...]) -> None:
    if stop[0].text != "end" or len(stop) > 1:
        raise TemplateError("a block is not ended by {{ end }}", stop[0].start)


def _named(tokens: tuple[Token, ...], piece: Piece) -> tuple[str, Pipeline | None]:
    """The name after ``define``, ``block`` or ``template``, and the pipeline after it."""
    if len(tokens) < 2 or tokens[1].kind not in ("string", "raw"):
        raise TemplateError(f"{tokens[0].text} has no name", piece.start)
    name = unescaped(tokens[1].text[1:-1], tokens[1].start) if tokens[1].kind == "string" else tokens[1].text[1:-1]
    return name, _Tokens(tokens[2:]).pipeline() if len(tokens) > 2 else None


@mutable
class _Tokens:
    """Reads the tokens of one action."""

    tokens: tuple[Token, ...]
    at: int = 0
    start: int = 0

    def pipeline(self) -> Pipeline:
        """The pipeline that the tokens are, with the variables that it declares or assigns."""
        variables, assigns = self._variables()
        made = self._commands(0)
        if self.at < len(self.tokens):
            raise self._fault(f"{self.tokens[self.at].text[:20]!r} is out of place")
        return Pipeline(made, variables, assigns)

    def _variables(self) -> tuple[tuple[str, ...], bool]:
        names = list[str]()
        for place, token in enumerate(self.tokens):
            if token.kind == "variable" and place % 2 == 0 and place < 4:
                names.append(token.text[1:])
            elif token.text in (":=", "=") and token.kind == "sign" and place % 2 and names:
                self.at = place + 1
                return tuple(names), token.text == "="
            elif token.text != "," or place != 1:
                break
        return (), False

    def _commands(self, depth: int) -> tuple[tuple[Operand, ...], ...]:
        if depth > MAX_DEPTH:
            raise self._fault("parentheses are nested too deeply")
        commands, command = list[tuple[Operand, ...]](), list[Operand]()
        while True:
            token = self.tokens[self.at] if self.at < len(self.tokens) else None
            if token is None or (token.text in (")", "|") and token.kind == "sign"):
                if not command:
                    raise self._fault("a value is missing")
                commands.append(tuple(command))
                command = []
                if token is None or token.text == ")":
                    return tuple(commands)
                self.at += 1
                continue
            command.append(self._operand(token, depth))

    def _operand(self, token: Token, depth: int) -> Operand:
        self.at += 1
        if token.kind == "sign" and token.text == "(":
            inner = self._commands(depth + 1)
            if self.at >= len(self.tokens):
                raise self._fault("a parenthesis is never closed")
            self.at += 1
            return Chain(Pipeline(inner), self._names())
        if token.kind == "field":
            return Field((token.text[1:], *self._names()))
        if token.kind == "variable":
            return Variable(token.text[1:], self._names())
        if token.kind == "dot":
            return Field()
        if token.kind == "word":
            return Constant(_CONSTANTS[token.text]) if token.text in _CONSTANTS else Function(token.text)
        return self._constant(token)

    def _constant(self, token: Token) -> Constant:
        if token.kind in ("string", "raw"):
            inner = token.text[1:-1]
            value = unescaped(inner, token.start) if token.kind == "string" else inner
            return Constant(value, token.start + 1 if value == inner else -1)
        if token.kind == "char":
            value = unescaped(token.text[1:-1], token.start)
            if len(value) == 1:
                return Constant(ord(value))
        if token.kind == "number":
            return Constant(_number(token))
        raise self._fault(f"{token.text[:20]!r} is out of place")

    def _names(self) -> tuple[str, ...]:
        """The fields right after an operand."""
        names = list[str]()
        while self.at < len(self.tokens) and self.tokens[self.at].kind == "field" and not self.tokens[self.at].spaced:
            names.append(self.tokens[self.at].text[1:])
            self.at += 1
        return tuple(names)

    def _fault(self, message: str) -> TemplateError:
        place = self.tokens[min(self.at, len(self.tokens) - 1)].start if self.tokens else self.start
        return TemplateError(message, place)


def _number(token: Token) -> int | float:
    text = token.text
    try:
        if re.fullmatch(r"[+-]?\d[\d_]*", text):
            octal = re.fullmatch(r"[+-]?0[0-7_]+", text)
            return int(text, 8) if octal else int(text)
        return int(text, 0) if re.match(r"[+-]?0[xXoObB]", text) else float(text)
    except ValueError:
        raise TemplateError("a number is invalid", token.start) from None
