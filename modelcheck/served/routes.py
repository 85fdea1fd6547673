"""What engines answer on routes of their own: ``/tokenize``, and llama.cpp's ``/apply-template`` and ``/props``.

Their forms: vLLM and SGLang take ``prompt`` and ``add_special_tokens``, llama.cpp ``content``, ``add_special`` and
``parse_special``; all return ``tokens``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modelcheck.served import OWN, UNPROMPTED, Check, Expectation, Fault
from modelcheck.served.questions import Asking
from modelcheck.served.texts import ALL_TEXTS, CONVERSATIONS, SYSTEM, messages
from modelcheck.served.tokenizing import NoTokenizer, decode

TOKENIZE_CHECK, TEMPLATE_CHECK = "tokens of /tokenize", "text of /apply-template"
NO_ROUTE = "the server has no such route"
_NO_IDS = "it answers with something else than ids"
_MOST_IDS = 20_000
_AROUND = 24
_TORN, _LEAST_KEPT = 4, 12
"""Tokens that a cut inside of one may change; those that must be the same beside it."""
_RENDERED = (SYSTEM, "a question", "two turns")
"""The first one is rendered without any default of the template or of the server."""


def tokens_of(asking: Asking, text: str) -> list[int] | str:
    """The ids of a text on the server's ``/tokenize``, without what is added to each text; a reason where it has none."""
    for body in (
        {"model": asking.source.model, "prompt": text, "add_special_tokens": False},
        {"content": text, "add_special": False, "parse_special": True},
    ):
        answer = asking.route("POST", "/tokenize", body)
        ids = answer.get("tokens") if answer else None
        if isinstance(ids, list) and 0 < len(ids) <= _MOST_IDS and all(type(one) is int and one >= 0 for one in ids):
            return ids
        if answer is None:
            return NO_ROUTE
    return _NO_IDS


def check_tokens(
    asking: Asking, expected: Sequence[int], added: str, expected_added: Sequence[int], files: Mapping[str, bytes]
) -> Check:
    """Compare ids exactly: those of all texts, and those of the text ``added`` of special tokens, if it is not empty."""
    found = tokens_of(asking, ALL_TEXTS)
    if isinstance(found, str):
        return Check(TOKENIZE_CHECK, "not checked", found)
    if found != list(expected):
        return _other_tokens(expected, found, files)
    special = tokens_of(asking, added) if added else None
    if isinstance(special, list) and special != list(expected_added):
        text = f"{len(expected_added)} special tokens are {len(special)} tokens there, or have other ids"
        return Check(TOKENIZE_CHECK, "differs", text, "added tokens")
    return Check(TOKENIZE_CHECK, "agrees", f"{len(expected)} ids are the expected tokenizer's")


def _other_tokens(expected: Sequence[int], found: Sequence[int], files: Mapping[str, bytes]) -> Check:
    """Another vocabulary, or the same one applied in another way: then the ids still spell the text."""
    at = next((place for place, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]), len(found))
    if _is_cut(expected, found):
        text = f"{len(found)} of {len(expected)} tokens, the others are missing at one end: the text is cut"
        return Check(TOKENIZE_CHECK, "differs", text, "cut prompt")
    where = f"token {at + 1} is {_at(found, at)} instead of {_at(expected, at)}; {len(found)} tokens instead of {len(expected)}"
    try:
        mine, theirs = decode(files, [expected, found])
    except NoTokenizer:
        return Check(TOKENIZE_CHECK, "differs", f"{where}; some are outside the expected vocabulary", "tokenizer")
    if mine == theirs:
        return Check(TOKENIZE_CHECK, "differs", f"{where}; they spell the same text, so the vocabulary is the same")
    return Check(TOKENIZE_CHECK, "differs", f"{where}; in the expected vocabulary they spell another text", "tokenizer")


def _is_cut(expected: Sequence[int], found: Sequence[int]) -> bool:
    """Whether the ids are those of the beginning or the end of the text; it may be cut inside of a token."""
    kept = len(found) - _TORN
    if not _LEAST_KEPT <= kept < len(expected) - _TORN:
        return False
    return found[:kept] == list(expected[:kept]) or found[-kept:] == list(expected[-kept:])


def _at(ids: Sequence[int], place: int) -> str:
    return str(ids[place]) if place < len(ids) else "none"


def check_template(asking: Asking, expectation: Expectation) -> Check:
    """Compare the text that llama.cpp renders with the expected template's, apart from the first token."""
    same: set[str] = set()
    for name in _RENDERED:
        index = list(CONVERSATIONS).index(name)
        expected = {way: texts[index] for way, texts in expectation.prompts.items() if texts[index] is not None}
        if OWN not in expected:
            continue
        answer = asking.route("POST", "/apply-template", {"messages": messages(name)})
        prompt = answer.get("prompt") if answer else None
        if not isinstance(prompt, str):
            return Check(TEMPLATE_CHECK, "not checked", NO_ROUTE)
        different = _different(expected, prompt, expectation, name, system_is_same=SYSTEM in same)
        if different:
            return different
        same.add(name)
    return Check(TEMPLATE_CHECK, "agrees", "conversations are rendered as by the expected template")


def _different(
    expected: Mapping[str, str | None], prompt: str, expectation: Expectation, name: str, *, system_is_same: bool
) -> Check | None:
    """What a rendered text shows; None if it is the expected one, or one that an engine may choose.

    ``system_is_same`` is set if the conversation that has a system prompt is rendered as expected.
    """

    def bare(text: str | None) -> str:
        return (text or "").removeprefix(expectation.first or "")

    ways = [way for way, text in expected.items() if bare(text) == bare(prompt)]
    if any(way == OWN or way in expectation.same for way in ways):
        return None
    if expectation.dated:
        return Check(TEMPLATE_CHECK, "not checked", "the template writes the date")
    fault: Fault = "generation prompt" if UNPROMPTED in ways else "template"
    if ways:
        return Check(TEMPLATE_CHECK, "differs", f"{name} is rendered by {ways[0]}", fault)
    own, other = bare(expected[OWN]), bare(prompt)
    at = next((place for place, pair in enumerate(zip(own, other, strict=False)) if pair[0] != pair[1]), min(len(own), len(other)))
    text = f"{name} differs from character {at + 1}: {other[at : at + _AROUND]!r} instead of {own[at : at + _AROUND]!r}"
    if system_is_same and _ends_alike(own, other, name):
        return Check(TEMPLATE_CHECK, "differs", f"without a system prompt, {text}", "system prompt")
    return Check(TEMPLATE_CHECK, "differs", text, fault)


def _ends_alike(own: str, other: str, conversation: str) -> bool:
    """Whether two texts of a conversation are the same from what is said first."""
    said = CONVERSATIONS[conversation][0]["content"]
    return said in own and other.endswith(own[own.index(said) :])
