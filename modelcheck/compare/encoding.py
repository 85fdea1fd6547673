"""Answers as token ids, with the place where the answer begins."""

from __future__ import annotations

from typing import Any

from modelcheck.probe.scoring import common
from modelcheck.records import mutable


@mutable
class Encoded:
    """A text; the answer is ``ids[answer:end]``, what ends it ``ids[end:]``. ``cut``: tokens were left out at its beginning.

    ``size`` is the answer's length in bytes, by which texts of different tokenizers can be compared.
    """

    ids: list[int]
    answer: int
    end: int
    cut: int
    size: int
    conversation: int = 0


def encode(tokenizer: Any, row: list[Any], length: int, *, plain: bool = False, shots: str = "") -> Encoded:
    """The tokens of ``[conversation, before, answer, end, plain]`` in the format or as plain text, at most ``length`` of them.

    What is too long loses its beginning; an answer that is too long by itself loses its own end.
    """
    conversation, before, answer, end, transcript = row
    before = f"{shots}{transcript}" if plain else before
    end = "" if plain else end
    start = _ids(tokenizer, before, special=plain)
    whole = _ids(tokenizer, before + answer, special=plain)
    ids = _ids(tokenizer, before + answer + end, special=plain) if end else whole
    first = max(common(start, ids), 1)
    stop = max(common(whole, ids), first)
    cut = 0
    if len(ids) > length:
        kept_answer = min(len(ids) - first, length - 1)
        cut = len(ids) - length
        begin = max(first - (length - kept_answer), 0)
        ids, first, stop = ids[begin : begin + length], first - begin, min(stop - begin, length)
    return Encoded(ids, first, stop, cut, max(len(answer.encode("utf-8", "replace")), 1), conversation)


def _ids(tokenizer: Any, text: str, *, special: bool) -> list[int]:
    ids = list(tokenizer(text, add_special_tokens=special)["input_ids"])
    if special and len(ids) > 1 and ids[-1] == tokenizer.eos_token_id:  # some tokenizers append an end token
        ids.pop()
    if not ids:
        ids = [next((one for one in (tokenizer.bos_token_id, tokenizer.eos_token_id) if one is not None), 0)]
    return ids
