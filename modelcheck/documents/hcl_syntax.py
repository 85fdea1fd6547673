"""Parses the tokens of HCL into bodies and expressions."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.documents.hcl import Token
from modelcheck.documents.hcl_tree import Body, Call, Each, Either, Expression, Items, Nothing, Object, Reference, Template, Text
from modelcheck.documents.located import Located
from modelcheck.findings import Span

_DEEPEST = 40
_OPERATORS = frozenset(
    "DOUBLE_EQ NEQ LT GT LEQ GEQ MINUS ASTERISK SLASH PERCENT DOUBLE_AMP DOUBLE_PIPE PLUS".split()
)  # fmt: skip
_NAMES = frozenset("NAME IF IN FOR FOR_EACH ELSE ENDIF ENDFOR".split())
_PLAIN = frozenset("INT_LITERAL FLOAT_LITERAL TRUE FALSE".split())
_OPEN = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE", "INTERP_START": "RBRACE", "DIRECTIVE_START": "RBRACE"}


def parse_body(tokens: Sequence[Token], path: str) -> Body:
    """The body of a file from its tokens. What is nested more than 40 deep is left out."""
    return _Parser(tokens, path).body(Body(), 0)


class _Parser:
    def __init__(self, tokens: Sequence[Token], path: str) -> None:
        self.tokens = tokens
        self.path = path
        self.place = 0

    def _kind(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place].kind if place < len(self.tokens) else ""

    def _take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def _at(self, token: Token) -> Span:
        return token.located(self.path).at

    def _skip(self) -> None:
        """Pass over one token, or over what a bracket encloses."""
        closing = _OPEN.get(self._kind())
        self.place += 1
        depth = 1 if closing else 0
        while depth and self.place < len(self.tokens):
            kind = self._take().kind
            depth += (kind in _OPEN) - (kind in _OPEN.values())

    def body(self, body: Body, depth: int) -> Body:
        """Attributes and blocks up to the closing brace, which is taken."""
        while self.place < len(self.tokens):
            kind = self._kind()
            if kind == "RBRACE":
                self.place += 1
                break
            if kind in _NAMES and self._kind(1) == "EQ":
                name = self._take().text
                self.place += 1
                body.attributes[name] = self.expression(depth)
            elif kind in _NAMES:
                self._block(body, depth)
            else:
                self._skip()
        return body

    def _block(self, body: Body, depth: int) -> None:
        token = self._take()
        labels = []
        while self._kind() in ("DBLQUOTE", "STRING_CHARS", *_NAMES):
            label = self._take()
            labels += [label.text] if label.kind != "DBLQUOTE" else []
        if self._kind() != "LBRACE":
            return
        if depth >= _DEEPEST:
            self._skip()
            return
        self.place += 1
        body.blocks.append(self.body(Body(token.text, tuple(labels), self._at(token)), depth + 1))

    def expression(self, depth: int) -> Expression:
        """One expression; arithmetic and comparisons are ``Nothing``."""
        if depth > _DEEPEST:
            self._skip()
            return Nothing()
        value = self._operand(depth + 1)
        while self._kind() in _OPERATORS:
            self.place += 1
            self._operand(depth + 1)
            value = Nothing()
        if self._kind() == "QMARK":
            self.place += 1
            first = self.expression(depth + 1)
            if self._kind() == "COLON":
                self.place += 1
            value = Either((first, self.expression(depth + 1)))
        return value

    def _operand(self, depth: int) -> Expression:
        kind = self._kind()
        if kind in ("MINUS", "NOT"):
            self.place += 1
            self._operand(depth)
            return Nothing()
        if kind in _PLAIN:
            return Text(self._take().located(self.path))
        if kind == "DBLQUOTE":
            return self._string(depth)
        if kind.startswith("HEREDOC"):
            return self._heredoc()
        if kind == "LPAR":
            self.place += 1
            value = self.expression(depth)
            self.place += self._kind() == "RPAR"
            return self._traversed(value, depth)
        if kind == "LSQB":
            return self._traversed(self._list(depth), depth)
        if kind == "LBRACE":
            return self._traversed(self._object(depth), depth)
        if kind in _NAMES:
            return self._named(depth)
        self._skip()
        return Nothing()

    def _string(self, depth: int) -> Expression:
        opening = self._take()
        parts: list[Expression] = []
        while self._kind() not in ("DBLQUOTE", ""):
            token = self.tokens[self.place]
            if token.kind == "INTERP_START":
                self.place += 1
                self.place += self._kind() == "STRIP_MARKER"
                parts.append(self.expression(depth + 1))
                self.place += self._kind() == "STRIP_MARKER"
                self.place += self._kind() == "RBRACE"
            elif token.kind == "DIRECTIVE_START":
                self._skip()
                parts.append(Nothing())
            else:
                parts.append(Text(self._take().located(self.path)))
        self.place += 1
        if not parts:
            return Text(opening.located(self.path, ""))
        return parts[0] if len(parts) == 1 else Template(tuple(parts), self._at(opening))

    def _heredoc(self) -> Expression:
        """The text of a heredoc, its interpolations as they are written, at the place of its first line."""
        token = self._take()
        _, _, rest = token.text.partition("\n")
        text = rest.rstrip().rpartition("\n")[0]
        return Text(Located(text, Span(self.path, token.line + 1, 1, token.line + 1 + text.count("\n"), None)))

    def _list(self, depth: int) -> Expression:
        self.place += 1
        if self._kind() == "FOR":
            return self._for(depth, "RSQB")
        elements = []
        while self._kind() not in ("RSQB", ""):
            elements.append(self.expression(depth))
            self.place += self._kind() in ("COMMA", "ELLIPSIS")
        self.place += 1
        return Items(tuple(elements))

    def _object(self, depth: int) -> Expression:
        self.place += 1
        if self._kind() == "FOR":
            return self._for(depth, "RBRACE")
        fields: dict[str, Expression] = {}
        while self._kind() not in ("RBRACE", ""):
            if self._kind() in _NAMES:
                key: str | None = self._take().text
            else:
                written = self.expression(depth)
                key = written.value.text if isinstance(written, Text) else None
            if self._kind() not in ("EQ", "COLON"):
                self.place += self._kind() not in ("RBRACE", "")
                continue
            self.place += 1
            value = self.expression(depth)
            if key is not None:
                fields[key] = value
            self.place += self._kind() == "COMMA"
        self.place += 1
        return Object(fields)

    def _for(self, depth: int, closing: str) -> Expression:
        self.place += 1
        names = []
        while self._kind() in ("NAME", "COMMA"):
            token = self._take()
            names += [token.text] if token.kind == "NAME" else []
        self.place += self._kind() == "IN"
        of = self.expression(depth)
        self.place += self._kind() == "COLON"
        value = self.expression(depth)
        if self._kind() == "FOR_OBJECT_ARROW":
            self.place += 1
            value = self.expression(depth)
        while self._kind() not in (closing, ""):  # an if
            self._skip()
        self.place += 1
        return Each(tuple(names), of, value)

    def _named(self, depth: int) -> Expression:
        token = self._take()
        while self._kind() == "COLONS":
            self.place += 2
        if self._kind() == "LPAR":
            self.place += 1
            arguments = []
            while self._kind() not in ("RPAR", ""):
                arguments.append(self.expression(depth))
                self.place += self._kind() in ("COMMA", "ELLIPSIS")
            self.place += 1
            return self._traversed(Call(token.text, tuple(arguments)), depth)
        if token.text == "null":
            return Nothing()
        return self._traversed(Reference((token.text,), self._at(token)), depth)

    def _traversed(self, value: Expression, depth: int) -> Expression:
        """A value with the names and keys after it; of anything but a reference they are not followed."""
        names: list[str | None] = []
        while self._kind() in ("DOT", "LSQB", "FULL_SPLAT_START", "ATTR_SPLAT"):
            kind = self._take().kind
            if kind in ("FULL_SPLAT_START", "ATTR_SPLAT"):
                names.append("*")
            elif kind == "DOT":
                names.append(self._take().text if self._kind() else None)
            else:
                key = self.expression(depth)
                names.append(key.value.text if isinstance(key, Text) else None)
                self.place += self._kind() == "RSQB"
        if not names:
            return value
        known = [name for name in names if name is not None]
        if isinstance(value, Reference) and len(known) == len(names):
            return Reference((*value.names, *known), value.at)
        return Nothing()
