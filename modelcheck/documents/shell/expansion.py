"""Which strings a word stands for, with the variables known so far. What is not known stays as written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelcheck.documents.located import Located
from modelcheck.documents.shell.changing import CHANGING, changed, output, slice_of
from modelcheck.documents.shell.environment import Environment, is_settled
from modelcheck.documents.shell.pieces import Fields, Piece, Text, assigned, located, split_at_blanks, text_of
from modelcheck.documents.shell.sources import Source
from modelcheck.documents.shell.syntax import Literal, Substitution, Variable, Word
from modelcheck.patterns import lazy

_DEEPEST = 20
_MOST_ARGUMENTS = 4_000
_DEFAULTS = (":-", "-", ":=", "=")
_ALTERNATIVES = (":+", "+")
_INDEX = lazy(r"\$\{?(?P<name>\w+)\}?")


class Expansion:
    """Expands words of a source. ``number`` says which value to take of a variable with several."""

    def __init__(self, source: Source, environment: Environment, number: int = 0) -> None:
        self._source = source
        self._environment = environment
        self._number = number

    def argv(self, words: Sequence[Word]) -> tuple[list[Text], list[Located]]:
        """The arguments that words stand for, and each with its place."""
        texts: list[Text] = []
        argv: list[Located] = []
        for word in words:
            for text in self.values(word):
                texts.append(text)
                own = len(text) == 1 and text[0].source is self._source
                argv.append(located(text, text[0].at if own else self._source.span(word.start, word.end)))
            if len(argv) > _MOST_ARGUMENTS:
                break
        return texts, argv

    def values(self, word: Word) -> Iterator[Text]:
        """The strings that a word stands for: none or several where it holds a variable.

        Each that is of several pieces has the word's place.
        """
        parts = self._of_word(word, 0, split=False)
        for text in self._join(parts, keep_empty=all(isinstance(one, Literal) for one in word.parts)):
            yield assigned(text, self._source.span(word.start, word.end)) if len(text) > 1 else text

    def text(self, word: Word) -> Text:
        """The one string that an assigned word stands for; nothing in it is split."""
        return tuple(piece for text, _, _ in self._of_word(word, 0, split=False, whole=True) for piece in text)

    def _join(self, parts: Iterator[tuple[Text, bool, bool]], *, keep_empty: bool) -> Iterator[Text]:
        """Join the texts that no blank separates."""
        current: list[Piece] | None = [] if keep_empty else None
        for text, before, after in parts:
            if before and current is not None:
                yield tuple(current)
                current = None
            if text:
                current = [*(current or ()), *text]
            if after and current is not None:
                yield tuple(current)
                current = None
        if current is not None:
            yield tuple(current)

    def _of_word(self, word: Word, depth: int, *, split: bool, whole: bool = False) -> Iterator[tuple[Text, bool, bool]]:
        for part in word.parts:
            if isinstance(part, Literal):
                piece = (Piece(part.text, self._source, part.start, part.width),)
                yield from split_at_blanks(piece) if split else ((piece if part.text else (), False, False),)
            elif isinstance(part, Variable):
                yield from self._of_variable(part, depth, whole=whole)
            elif isinstance(part, Substitution) and depth < _DEEPEST:
                yield from self._of_substitution(part, whole=whole)
            else:
                yield (self._as_written(part.start, part.end),), False, False

    def _of_variable(self, part: Variable, depth: int, *, whole: bool) -> Iterator[tuple[Text, bool, bool]]:
        value = self._value(part)
        if part.operator in _ALTERNATIVES:
            if value is not None and part.argument is not None and depth < _DEEPEST:
                yield from self._of_word(part.argument, depth + 1, split=not (part.quoted or whole), whole=whole)
        elif value is not None:
            yield from _separated(value, part, whole=whole)
        elif part.operator in _DEFAULTS and part.argument is not None and depth < _DEEPEST:
            yield from self._of_word(part.argument, depth + 1, split=not (part.quoted or whole), whole=whole)
        else:
            yield (self._as_written(part.start, part.end),), False, False

    def _of_substitution(self, part: Substitution, *, whole: bool) -> Iterator[tuple[Text, bool, bool]]:
        arguments = [text for word in part.words for text in self.values(word)]
        known = all(piece.known for text in arguments for piece in text)
        printed = output(part.program, arguments) if known else None
        if not printed:
            yield (self._as_written(part.start, part.end),), False, False
        elif part.quoted or whole:
            yield printed, False, False
        else:
            yield from split_at_blanks(printed)

    def _value(self, part: Variable) -> Fields | None:
        """The variable's value; None if it is not known."""
        fields = self._unchanged(part)
        if fields is None or part.operator not in CHANGING or (part.many and part.operator == ":"):
            return fields
        texts = [self.text(word) if word is not None else () for word in (part.argument, part.replacement)]
        if not all(piece.known for text in (*fields, *texts) for piece in text):
            return None
        made = tuple(changed(text, part.operator, *map(text_of, texts)) for text in fields)
        return None if any(text is None for text in made) else tuple(text or () for text in made)

    def _element(self, part: Variable) -> tuple[Fields | None, bool]:
        """The value of an array's element by its key; and whether an array with keys has no such element."""
        key = part.index.strip("\"'")
        if named := _INDEX.fullmatch(key):
            value = self._environment.fields(named["name"], self._number)
            key = text_of(value[0]) if value is not None and len(value) == 1 else ""
        found = self._environment.fields(f"{part.name}[{key}]", self._number) if key else None
        return found, found is None and bool(key) and not named and f"!{part.name}" in self._environment.values

    def _named(self, part: Variable) -> str:
        """The name of the variable that is meant: of ``${!NAME}`` the value of NAME."""
        if part.index or not part.name.startswith("!"):
            return part.name
        named = self._environment.fields(part.name[1:], self._number)
        return text_of(named[0]) if named is not None and len(named) == 1 else part.name

    def _unchanged(self, part: Variable) -> Fields | None:
        """The variable's value before an operator changes it; None if it is not known."""
        if part.index and not part.many:
            element, missing = self._element(part)
            if element is not None or missing:
                return element
        fields = self._environment.fields(self._named(part), self._number)
        if fields is None:
            return None
        if not part.many:
            place = part.element(self._number, len(fields))
            fields = fields[place : place + 1]
        elif part.operator == ":" and part.argument is not None:
            first, length = slice_of(part.argument.literal or "") or (-1, None)
            if first < 0 or (length is not None and length < 0):
                return None
            begin = max(first - (part.name == "@"), 0)
            fields = fields[begin:] if length is None else fields[begin : begin + length]
        if part.many or all(piece.known for text in fields for piece in text):
            return fields if part.many else fields or None
        blank = not part.quoted and any(piece.known and any(map(str.isspace, piece.text)) for piece in fields[0])
        return fields if blank else None

    def _as_written(self, start: int, end: int) -> Piece:
        written = self._source.written(start, end)
        return Piece(written, self._source, start, end - start, is_settled(written))


def _separated(fields: Fields, part: Variable, *, whole: bool) -> Iterator[tuple[Text, bool, bool]]:
    """A variable's value in a word: its elements, split at blanks where it is not quoted."""
    for number, text in enumerate(fields):
        if part.quoted or whole:
            yield text, number > 0, False
        else:
            for word, before, after in split_at_blanks(text):
                yield word, before or number > 0, after


def variables_in(words: Sequence[Word], depth: int = 0) -> Iterator[Variable]:
    """The variables in words, those in their defaults included."""
    for word in words:
        for part in word.parts:
            below: Sequence[Word] = ()
            if isinstance(part, Variable):
                yield part
                if part.name.startswith("!") and not part.index:
                    yield Variable(part.name[1:], part.start, part.end, quoted=True)
                if index := _INDEX.fullmatch(part.index.strip('"')):
                    yield Variable(index["name"], part.start, part.end, quoted=True)
                below = [one for one in (part.argument, part.replacement) if one is not None]
            elif isinstance(part, Substitution):
                below = part.words
            if below and depth < _DEEPEST:
                yield from variables_in(below, depth + 1)
