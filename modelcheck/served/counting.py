"""Token counts of prompts as a server reports them: at most fifteen requests, and whether the counts mean anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from modelcheck.records import record
from modelcheck.served.questions import Asking, Counted
from modelcheck.served.texts import CONVERSATIONS, SINGLE, TEXTS, content_of, measures, messages

ADDED = "special tokens"
_ESTIMATES = "its counts follow the length of the text, not its tokens: they are estimates"
_ENOUGH = 3
"""Fewer counts than these say nothing."""
_RATES = frozenset(map(Fraction, "1 1/2 1/3 2/7 1/4 1/5 1/6 4/3 13/10 3/2 3/4 5/4".split()))
"""Tokens for a character, byte or word, as proxies estimate them."""
_FITTED = 5
"""With so many counts any rate is found, since no tokenizer's counts follow a line through all of these texts."""


@record()
class Counts:
    """``tokens`` is text or conversation → its count. ``useless`` is why the counts cannot be compared, else empty.

    ``partly`` is why some are missing. ``rate`` is the seconds that a token took, on average.
    """

    tokens: Mapping[str, int]
    useless: str = ""
    partly: str = ""
    rate: float = 0.0

    @property
    def estimated(self) -> bool:
        """Whether they are made of the length of the texts."""
        return self.useless == _ESTIMATES


def count_texts(asking: Asking, texts: Mapping[str, str], expected: Mapping[str, int]) -> Counts:
    """The counts of texts on the completions route. ``expected`` are those of the expected tokenizer. Raises TargetError."""
    return _counts(texts, lambda name: asking.text(texts[name]), TEXTS, expected)


def count_chats(asking: Asking, expected: Mapping[str, int]) -> Counts:
    """The counts of the conversations that have an ``expected`` count, on the chat route. Raises TargetError."""
    chosen = {name: content_of(name) for name in CONVERSATIONS if name in expected}
    single = {name: content_of(name) for name in SINGLE}
    return _counts(chosen, lambda name: asking.chat(messages(name)), single, expected)


def _counts(
    asked: Mapping[str, str], ask: Callable[[str], Counted], plain: Mapping[str, str], expected: Mapping[str, int]
) -> Counts:
    """``plain`` are the texts whose counts must grow with them if the server counts tokens."""
    tokens: dict[str, int] = {}
    seconds, partly = 0.0, ""
    for name in asked:
        found = ask(name)
        if found.tokens is None:
            partly = found.why
            if found.status < 400 or not tokens:
                return Counts({}, partly)
            if found.status in (429, 503):
                break  # it will not answer the next one either
            continue
        tokens[name] = found.tokens
        seconds += found.seconds
    if len(tokens) < _ENOUGH:
        return Counts(tokens, f"it counted {len(tokens)} of {len(asked)}, then answered {partly}" if partly else "too few counts")
    useless = _useless({name: tokens[name] for name in plain if name in tokens}, plain, expected) or _changes(ask, tokens)
    return Counts(tokens, useless, partly, seconds / max(sum(tokens.values()), 1))


def _useless(tokens: Mapping[str, int], texts: Mapping[str, str], expected: Mapping[str, int]) -> str:
    """Why counts are not those of tokens; empty if they may be."""
    if len(set(tokens.values())) == 1:
        return f"it reports {next(iter(tokens.values()))} tokens for each text, however long: its counts mean nothing"
    if len({count - expected[name] for name, count in tokens.items()}) == 1:
        return ""
    kinds = zip(*(measures(texts[name]) for name in tokens), strict=True)
    if any(_follow(list(zip(kind, tokens.values(), strict=True))) for kind in kinds):
        return _ESTIMATES
    return ""


def _follow(points: Sequence[tuple[int, int]]) -> bool:
    """Whether counts follow a length: a rate times it, and a constant, rounded in some way. ``points`` are lengths and counts."""
    rates = set(_RATES)
    if len(points) >= _FITTED:
        (low, few), (high, many) = min(points), max(points)
        rates.add(Fraction(many - few, max(high - low, 1)))
    for rate in rates:
        left = [count - rate * length for length, count in points]
        if max(left) - min(left) < 1 + (rate not in _RATES):
            return True
    return False


def _changes(ask: Callable[[str], Counted], tokens: Mapping[str, int]) -> str:
    """Why counts are useless if the same request counts differently the second time, as where a cached prefix is left out."""
    longest = max(tokens, key=lambda name: tokens[name])
    again = ask(longest).tokens
    if again is None or again == tokens[longest]:
        return ""
    return f"it counts {tokens[longest]} tokens, then {again} for the same request: it may leave out what it has in its cache"
