"""The values of assignments and lists: one for each combination of the values that the variables in them have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from modelcheck.documents.shell.environment import Environment, Values, single
from modelcheck.documents.shell.expansion import Expansion, variables_in
from modelcheck.documents.shell.pieces import Fields, Piece, assigned, text_of
from modelcheck.documents.shell.sources import Source
from modelcheck.documents.shell.syntax import Assignment, Variable, Word

_MOST_ALTERNATIVES = 100


def alternatives(variables: Iterable[Variable], environment: Environment, names: Iterable[str] = ()) -> int:
    """How many values the variables and names have of which there are most. The n-th values of all are taken together."""
    counts = [len(environment.values.get(name, ())) for name in names]
    for one in variables:
        values = environment.values.get(one.name, ())
        counts.append(max(map(len, values), default=0) if one.any_element else len(values))
    return min(max(counts, default=1) or 1, _MOST_ALTERNATIVES)


def assigned_values(one: Assignment, source: Source, environment: Environment) -> Values:
    """Each value that the right side of an assignment may have."""
    return tuple(_value(one, source, environment, number) for number in range(alternatives(variables_in(one.words), environment)))


def _value(one: Assignment, source: Source, environment: Environment, number: int) -> Fields:
    expansion = Expansion(source, environment, number)
    before = environment.fields(one.name, number) if one.append else None
    if one.array:
        return (*(before or ()), *(text for word in one.words for text in expansion.values(word) if text))
    (word,) = one.words
    text = expansion.text(word)
    return single(assigned((*before[-1], *text) if before else text, source.span(word.start, word.end)))


def elements(one: Assignment, source: Source, environment: Environment) -> Iterator[tuple[str, Values]]:
    """What assigning an array with keys sets beside it: ``NAME[key]`` for each element, and the keys themselves as ``!NAME``."""
    before = environment.values.get(f"!{one.name}", ())
    keys = before[-1] if before else ()
    if not one.append:
        yield from ((f"{one.name}[{text_of(key)}]", ()) for key in keys)
        keys = ()
    known = set(map(text_of, keys))
    for key, word in zip(one.keys, one.words, strict=False):
        if key:
            count = alternatives(variables_in((word,)), environment)
            texts = (Expansion(source, environment, number).text(word) for number in range(count))
            yield f"{one.name}[{key}]", tuple(single(assigned(text, source.span(word.start, word.end))) for text in texts)
            if key not in known:
                known.add(key)
                keys = (*keys, (Piece(key, source, word.start, 0),))
    if keys or before:
        yield f"!{one.name}", (keys,)


def listed_values(words: Sequence[Word], source: Source, environment: Environment) -> Values:
    """Each string in the list of a loop."""
    return tuple(
        single(text)
        for number in range(alternatives(variables_in(words), environment))
        for word in words
        for text in Expansion(source, environment, number).values(word)
        if text and (not number or word.literal is None)
    )
