"""Answers as token ids, with the place where the answer begins."""

from __future__ import annotations

from typing import Any

from modelcheck.probe.scoring import common
from modelcheck.records import mutable


@mutable
class Encoded:
    """A text; the answer is ``ids[answer:end]``, what ends it ``ids[end:]``.

    ``cut`` tokens were left out, ``cut_end`` of them at its end: the answer alone is too long. ``size`` is the length in bytes of
    what is left of the answer, by which texts of different tokenizers can be compared.
    """

    ids: list[int]
    answer: int
    end: int
    cut: int
    size: int
    conversation: int = 0
    cut_end: int = 0


def encode(tokenizer: Any, row: list[Any], length: int, *, plain: bool = False, shots: str = "", special: bool = False) -> Encoded:
    """The tokens of ``[conversation, before, answer, end, plain]`` in the format or as plain text, at most ``length`` of them.

    What is too long loses its beginning; an answer that is too long by itself loses its own end.
    """
    conversation, before, answer, end, transcript = row
    before = f"{shots}{transcript}" if plain else before
    end = "" if plain else end
    special = special or plain
    start = _ids(tokenizer, before, special=special)
    whole = _ids(tokenizer, before + answer, special=special)
    ids = _ids(tokenizer, before + answer + end, special=special) if end else whole
    first = max(common(start, ids), 1)
    stop = max(common(whole, ids), first)
    cut = cut_end = 0
    size = max(len(answer.encode("utf-8", "replace")), 1)
    if len(ids) > length:
        kept_answer = min(len(ids) - first, length - 1)
        cut, cut_end = len(ids) - length, len(ids) - first - kept_answer
        begin = max(first - (length - kept_answer), 0)
        of_answer = stop - first
        ids, first, stop = ids[begin : begin + length], first - begin, min(stop - begin, length)
        size = max(round(size * (stop - first) / max(of_answer, 1)), 1)
    return Encoded(ids, first, stop, cut, size, conversation, cut_end)


def _ids(tokenizer: Any, text: str, *, special: bool) -> list[int]:
    ids = list(tokenizer(text, add_special_tokens=special)["input_ids"])
    if special and len(ids) > 1 and ids[-1] == tokenizer.eos_token_id:  # some tokenizers append an end token
        ids.pop()
    if not ids:
        ids = [next((one for one in (tokenizer.bos_token_id, tokenizer.eos_token_id) if one is not None), 0)]
    return ids
