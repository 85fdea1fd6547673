"""All checks of a server against an expected checkpoint, in order: those that later ones rest on come first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from modelcheck.errors import TargetError
from modelcheck.records import record
from modelcheck.served import OWN, Check, Expectation
from modelcheck.served.comparing import CHAT_CHECK, ONE_MORE, TEXT_CHECK, compare_chats, compare_texts, ways_of
from modelcheck.served.counting import ADDED, Counts, count_chats, count_texts
from modelcheck.served.likely import LIKELY_CHECK, NONE_REPORTED, Likely, check_likely
from modelcheck.served.models import LONG_CHECK, check_context, check_id, check_long, long_prompt, longest
from modelcheck.served.questions import Asking
from modelcheck.served.routes import TEMPLATE_CHECK, TOKENIZE_CHECK, check_template, check_tokens
from modelcheck.served.samples import SAMPLES_CHECK, check_samples
from modelcheck.served.texts import ALL_TEXTS, CONVERSATIONS, LENGTHS, STARTS, TEXTS, long_text
from modelcheck.served.tokenizing import NoTokenizer, Tokenized, tokenize

CHECKS = (TOKENIZE_CHECK, TEXT_CHECK, TEMPLATE_CHECK, CHAT_CHECK, LONG_CHECK, LIKELY_CHECK, SAMPLES_CHECK)
"""Those of tokens and of what is made of them. All but the template's need the expected tokenizer."""
_SAMPLE = TEXTS["digits"]
_NOT_PLAIN = "it is not known that the server reads plain prompts as expected"
_BROKEN = "the tokenizer is another one"


@record()
class _Local:
    """The expected tokens. ``texts`` has the texts with what the tokenizer adds, ``first`` how much that is.

    ``added`` is the text of special tokens, and ``as_text`` how many tokens it has where they are read as text.
    """

    tokens: Tokenized
    added: str
    as_text: int
    first: int

    def ids(self, text: str) -> tuple[int, ...]:
        """The tokens of a text as it is."""
        return self.tokens.plain[text]


def checks_of(asking: Asking, expectation: Expectation, likely: Callable[[], Likely]) -> Iterator[Check]:
    """Yield each check. A server that stops answering leaves the rest unchecked, with the reason.

    ``likely`` runs the expected weights, where that is allowed: it is called last, and only if the prompts are the expected ones.
    Raises TargetError if the server does not know the model, or answers for another one.
    """
    try:
        listed, props = asking.listed(), asking.route("GET", "/props") or {}
        yield check_id(listed, props, expectation)
        stated = longest(listed, props)
        yield check_context(stated, expectation)
        yield from _of_tokens(asking, expectation, stated, likely)
    except TargetError as error:
        if error.kind in ("not-found", "gated"):
            raise
        yield Check("all others", "not checked", str(error))


def _of_tokens(asking: Asking, expectation: Expectation, stated: int | None, likely: Callable[[], Likely]) -> Iterator[Check]:
    if expectation.no_tokenizer:
        yield from _without_tokens(asking, expectation, expectation.no_tokenizer)
        return
    try:
        local = _local(expectation)
        tokens = check_tokens(asking, local.ids(ALL_TEXTS), local.added, local.ids(local.added), expectation.files)
    except NoTokenizer as error:
        yield from _without_tokens(asking, expectation, str(error))
        return
    yield tokens
    named = TEXTS | ({ADDED: local.added} if local.added else {})
    expected = {name: len(local.tokens.special[text]) for name, text in named.items()}
    counts = count_texts(asking, named, expected)
    texts = _texts(counts, expected, local, expectation)
    broken = "tokenizer" in (tokens.fault, texts.fault)
    yield texts
    yield _template(asking, expectation, broken=broken)
    if counts.estimated:
        yield Check(CHAT_CHECK, "not checked", counts.useless)
    else:
        yield _chats(asking, local, expectation, texts, tokens, broken=broken)
    yield _long(asking, counts, local, stated, expectation, broken=broken)
    if texts.outcome == "agrees":
        yield from _weights(asking, likely)
    else:
        yield from (Check(name, "not checked", _NOT_PLAIN) for name in (LIKELY_CHECK, SAMPLES_CHECK))


def _weights(asking: Asking, likely: Callable[[], Likely]) -> Iterator[Check]:
    """Compare what the server's weights write with the expected ones: probabilities, or samples where none are reported."""
    expected = likely()
    check = check_likely(asking, STARTS, expected)
    yield check
    if check.says == NONE_REPORTED:
        yield check_samples(asking, STARTS, expected)
    else:
        yield Check(SAMPLES_CHECK, "not checked", "log probabilities say more" if check.outcome != "not checked" else check.says)


def _without_tokens(asking: Asking, expectation: Expectation, why: str) -> Iterator[Check]:
    """The checks where the expected tokenizer is not known."""
    for name in CHECKS:
        own = name == TEMPLATE_CHECK
        yield _template(asking, expectation, broken=False) if own else Check(name, "not checked", why)


def _no_template(check: str, expectation: Expectation) -> Check:
    return Check(check, "not checked", expectation.no_template)


def _template(asking: Asking, expectation: Expectation, *, broken: bool) -> Check:
    if OWN not in expectation.prompts:
        return _no_template(TEMPLATE_CHECK, expectation)
    return Check(TEMPLATE_CHECK, "not checked", _BROKEN) if broken else check_template(asking, expectation)


def _local(expectation: Expectation) -> _Local:
    """Tokenize all that is needed, in one process. Raises NoTokenizer."""
    prompts = [text for texts in expectation.prompts.values() for text in texts if text is not None]
    longs = [long_text(length) for length in LENGTHS]
    added = "".join(expectation.added)
    own = [text for text in expectation.prompts.get(OWN, ()) if text is not None]
    tokens = tokenize(expectation.files, ["", *TEXTS.values(), ALL_TEXTS, added, *longs, *prompts], [added, *own])
    as_text = tokens.as_text[added]
    if len(tokens.plain[added]) != len(expectation.added):
        added = ""  # they are not single tokens here either
    return _Local(tokens, added, as_text, len(tokens.special[_SAMPLE]) - len(tokens.plain[_SAMPLE]))


def _texts(counts: Counts, expected: Mapping[str, int], local: _Local, expectation: Expectation) -> Check:
    if counts.useless:
        return Check(TEXT_CHECK, "not checked", counts.useless)
    unsure = expectation.adds_first is not None and expectation.adds_first != (local.first > 0)
    as_text = local.as_text + local.first
    return _partly(compare_texts(expected, counts.tokens, local.first, as_text, unsure=unsure), counts)


def _chats(asking: Asking, local: _Local, expectation: Expectation, of_texts: Check, of_ids: Check, *, broken: bool) -> Check:
    if OWN not in expectation.prompts:
        return _no_template(CHAT_CHECK, expectation)
    if broken:
        return Check(CHAT_CHECK, "not checked", f"{_BROKEN}, so the counts say nothing about the template")
    own = dict(zip(CONVERSATIONS, expectation.prompts[OWN], strict=True))
    prompts = {way: _lengths(texts, local.tokens.plain) for way, texts in expectation.prompts.items()}
    counts = count_chats(asking, prompts[OWN])
    if counts.useless:
        return Check(CHAT_CHECK, "not checked", counts.useless)
    special = _lengths(expectation.prompts[OWN], local.tokens.special)
    begins = bool(expectation.first) and all(text.startswith(expectation.first or "") for text in own.values() if text)
    names = [name for name, text in own.items() if text is not None]
    as_text = {name: local.tokens.as_text[own[name] or ""] for name in names}
    one_more = of_texts.fault == "first token" and of_texts.says.startswith(ONE_MORE)
    ways = ways_of(prompts, special, as_text, expectation.same, begins=begins, one_more=one_more)
    one_text = of_texts.outcome == "differs" and of_texts.fault is None  # all others are as expected
    agrees = one_text or "agrees" in (of_ids.outcome, of_texts.outcome)
    return _partly(compare_chats(ways, counts.tokens, dated=expectation.dated, tokenizer_agrees=agrees), counts)


def _partly(check: Check, counts: Counts) -> Check:
    """The check, which says that some requests were refused."""
    return (
        Check(check.name, check.outcome, f"{check.says}; others were refused: {counts.partly}", check.fault)
        if counts.partly
        else check
    )


def _lengths(texts: tuple[str | None, ...], tokens: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    return {name: len(tokens[text]) for name, text in zip(CONVERSATIONS, texts, strict=True) if text is not None}


def _long(asking: Asking, counts: Counts, local: _Local, stated: int | None, expectation: Expectation, *, broken: bool) -> Check:
    if counts.useless or broken:
        return Check(LONG_CHECK, "not checked", counts.useless or _BROKEN)
    lengths = {text: len(local.tokens.special[text]) for text in map(long_text, LENGTHS)}
    text = long_prompt(counts, stated, expectation, lengths)
    if not text:
        return Check(LONG_CHECK, "not checked", "none fits into the context, or the server takes too long for one")
    offset = counts.tokens["digits"] - len(local.tokens.special[_SAMPLE]) if "digits" in counts.tokens else 0
    return check_long(asking, text, lengths[text], offset)
