"""What differences between token counts show: pure functions of the counts that are expected and of those reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from modelcheck.records import record
from modelcheck.served import OWN, UNPROMPTED, Check, Fault
from modelcheck.served.counting import ADDED
from modelcheck.served.texts import MANY_TURNS, SINGLE, SYSTEM

TEXT_CHECK, CHAT_CHECK = "token counts of texts", "token counts of conversations"
_AT_BORDERS = 4
"""Tokens by which a text and the marks around it may be split in another way."""
ONE_MORE = "each text has 1 token more"
_LEAST_SYSTEM = 3
"""Tokens: a message takes its role and its marks."""
_DATE = 3
"""Tokens by which a date may be longer than another."""
_SHOWN = 3


@record()
class Rendered:
    """The expected counts of the conversations, rendered in one way. ``fault`` is what it means if the server's are the same."""

    way: str
    counts: Mapping[str, int]
    fault: Fault | None = None


def compare_texts(expected: Mapping[str, int], reported: Mapping[str, int], first: int, as_text: int, *, unsure: bool) -> Check:
    """The check of the completions route.

    ``first`` is the number of tokens that the expected tokenizer adds to each text, and ``as_text`` that of the special tokens if
    they are read as text, as some engines read them in prompts. ``unsure`` is set if its files contradict each other about the
    first one.
    """
    offsets = {name: reported[name] - expected[name] for name in reported}
    usual, times = Counter(offset for name, offset in offsets.items() if name != ADDED).most_common(1)[0]
    also = ""
    if offsets.get(ADDED, usual) != usual and reported[ADDED] - usual == as_text:
        del offsets[ADDED]
        also = "; special tokens in prompts are read as text"
    other = [name for name, offset in offsets.items() if offset != usual]
    shown = _shown({name: (expected[name] + usual, reported[name]) for name in other})
    cut = _cut(expected, reported)
    if cut:
        return Check(TEXT_CHECK, "differs", f"no text has more than {_tokens(cut)}: longer ones are cut: {shown}", "cut prompt")
    natural = [name for name in other if name != ADDED]
    if len(natural) > 1 or times < 2:
        return Check(TEXT_CHECK, "differs", f"counts are those of another tokenizer: {shown}", "tokenizer")
    if ADDED in other:
        return Check(TEXT_CHECK, "differs", f"special tokens are not single tokens there: {shown}", "added tokens")
    if natural and not usual:
        return Check(TEXT_CHECK, "differs", f"one text is split differently, which may be the engine's doing: {shown}{also}")
    if natural:
        also += f"; one text is split differently: {shown}"
    check = _same_everywhere(usual, len(offsets), first, unsure=unsure)
    return Check(check.name, check.outcome, check.says + also, check.fault)


def _cut(expected: Mapping[str, int], reported: Mapping[str, int]) -> int:
    """The length to which several texts are cut, the others being counted as expected; 0 if that is not what the counts show."""
    most = max(reported.values())
    longer = [name for name in reported if expected[name] > most]
    whole = all(reported[name] == min(expected[name], most) for name in reported)
    return most if whole and 1 < len(longer) < len(reported) else 0


def _same_everywhere(offset: int, count: int, first: int, *, unsure: bool) -> Check:
    """The check if all texts differ by the same number of tokens."""
    if not offset:
        return Check(TEXT_CHECK, "agrees", f"{count} of {count} are the expected tokenizer's")
    if unsure and abs(offset) == 1:
        why = "the checkpoint's files contradict each other about the first token, and the counts differ by one"
        return Check(TEXT_CHECK, "not checked", why)
    if offset == -first:
        return Check(TEXT_CHECK, "differs", f"each text has {_tokens(first)} fewer: the first token is missing", "first token")
    if offset == 1:
        what = "a second first token" if first else "a first token that the expected tokenizer does not add"
        return Check(TEXT_CHECK, "differs", f"{ONE_MORE}: {what}", "first token")
    if offset > 1:
        return Check(TEXT_CHECK, "differs", f"each text has {_tokens(offset)} more: it is wrapped into something", "template")
    return Check(TEXT_CHECK, "differs", f"each text has {_tokens(-offset)} fewer than expected")


def compare_chats(ways: Sequence[Rendered], reported: Mapping[str, int], *, dated: bool, tokenizer_agrees: bool) -> Check:
    """The check of the chat route. ``ways`` begins with the expected way; ``dated`` is set if the template writes the date.

    Conversations of one turn differ in what is said alone: if the tokenizer agrees, their counts differ from those expected by
    about the same number, whatever the template is.
    """
    own = ways[0]
    names = [name for name in reported if name in own.counts]
    matching = [way for way in ways if all(way.counts.get(name) == reported[name] for name in names)]
    if own in matching:
        return Check(CHAT_CHECK, "agrees", f"{len(names)} of {len(names)} are those of the expected template")
    if matching:
        faults = [way for way in matching if way.fault]
        if len(faults) < len(matching):
            return Check(CHAT_CHECK, "agrees", f"with {matching[0].way}")
        text = f"counts are those of {' or '.join(way.way for way in matching)}"
        return Check(CHAT_CHECK, "differs", text, faults[0].fault)
    cut = _cut(own.counts, {name: reported[name] for name in names})
    if cut:
        return Check(CHAT_CHECK, "differs", f"no conversation has more than {_tokens(cut)}: longer ones are cut", "cut prompt")
    offsets = {name: reported[name] - own.counts[name] for name in names}
    shown = _shown({name: (own.counts[name], reported[name]) for name in names if offsets[name]})
    single = {offsets[name] for name in SINGLE if name in offsets}
    one_alone = list(offsets.values()).count(0) == len(offsets) - 1
    if tokenizer_agrees and len(single) > 1 and (one_alone or max(single) - min(single) > _AT_BORDERS):
        return Check(CHAT_CHECK, "differs", f"counts depend on what is said, which no template explains: {shown}")
    if len(single) > 1 and not tokenizer_agrees:
        return Check(CHAT_CHECK, "differs", f"counts are those of another tokenizer or template: {shown}", "tokenizer")
    if dated and max(map(abs, offsets.values())) <= _DATE:
        return Check(CHAT_CHECK, "not checked", f"the template writes the date, and the counts differ little: {shown}")
    return _of_structure(offsets, shown)


def _of_structure(offsets: Mapping[str, int], shown: str) -> Check:
    """The check if what is said has the expected counts, and what is around it has others."""
    once = {offset for name, offset in offsets.items() if name != SYSTEM}
    (start,) = once if len(once) == 1 else (0,)
    without = offsets.get(SYSTEM, start)
    if start >= _LEAST_SYSTEM and any(name in offsets for name in MANY_TURNS) and without in (0, start):
        when = "conversations without a system prompt get one" if without == 0 and SYSTEM in offsets else "each conversation begins"
        text = f"{when} of {_tokens(start)}" if without == 0 and SYSTEM in offsets else f"{when} with {_tokens(start)} more"
        return Check(CHAT_CHECK, "differs", f"{text}, however many turns it has: {shown}", "system prompt")
    return Check(CHAT_CHECK, "differs", f"counts are those of another template: {shown}", "template")


def ways_of(
    prompts: Mapping[str, Mapping[str, int]],
    special: Mapping[str, int],
    as_text: Mapping[str, int],
    same: frozenset[str],
    *,
    begins: bool,
    one_more: bool = False,
) -> list[Rendered]:
    """The ways in which a server may have rendered the conversations, the expected one first.

    ``prompts`` is way → conversation → tokens, ``special`` the same for the expected way with what the tokenizer adds to a text,
    ``as_text`` where special tokens are read as text. ``begins`` is set if the expected template writes the first token, and
    ``one_more`` if the server adds one to every text.
    """
    own = prompts[OWN]
    faults: dict[str, Fault] = {UNPROMPTED: "generation prompt"}
    found = [Rendered(OWN, own)]
    found += [Rendered(way, counts, None if way in same else faults.get(way, "template")) for way, counts in prompts.items()
              if way != OWN and counts != own]  # fmt: skip
    if special != own:
        twice = "with the first token twice" if begins else "with a first token that the template does not write"
        found.append(Rendered(f"{OWN} {twice}", special, "first token"))
    if as_text != own:
        found.append(Rendered(f"{OWN} with its special tokens read as text", as_text, "added tokens"))
    if one_more:
        found.append(Rendered(f"{OWN} with one more first token", {name: count + 1 for name, count in own.items()}, "first token"))
    if begins:
        found.append(Rendered(f"{OWN} without the first token", {name: count - 1 for name, count in own.items()}, "first token"))
    return found


def _shown(counts: Mapping[str, tuple[int, int]]) -> str:
    """Some differing counts, those that differ most first."""
    ordered = sorted(counts.items(), key=lambda pair: -abs(pair[1][1] - pair[1][0]))
    texts = [f"{name} {reported} instead of {expected}" for name, (expected, reported) in ordered[:_SHOWN]]
    more = len(ordered) - _SHOWN
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")


def _tokens(count: int) -> str:
    return f"{count} token{'' if count == 1 else 's'}"
