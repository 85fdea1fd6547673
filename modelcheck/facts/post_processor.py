"""What the post-processor of a tokenizer.json adds to a text."""

from __future__ import annotations

from typing import Any


def added_around(processor: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The special tokens that a post-processor adds before and after one text, from each processor of a sequence."""
    before: list[str] = []
    behind: list[str] = []
    waiting = [processor]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict):
            continue
        nested = one.get("processors")
        waiting += nested[:8] if isinstance(nested, list) else []
        for key, place in (("cls", before), ("sep", behind)):  # BERT's and RoBERTa's: a pair of text and id
            pair = one.get(key)
            if isinstance(pair, list) and pair and isinstance(pair[0], str):
                place.append(pair[0])
        single = one.get("single")
        where = before
        for piece in single if isinstance(single, list) else ():
            if isinstance(piece, dict) and "Sequence" in piece:
                where = behind
            elif isinstance(piece, dict) and isinstance(piece.get("SpecialToken"), dict):
                where.append(str(piece["SpecialToken"].get("id")))
    return tuple(before), tuple(behind)
