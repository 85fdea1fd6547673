"""Keeps a part of the conversations back, by what they ask, so that no question is in both parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from modelcheck.compare.conversation import Conversation
from modelcheck.errors import Misuse
from modelcheck.records import record

FEWEST = 8
"""Conversations that have to be in each part."""
_LENGTH = 8
"""Words of a piece by which copied text is found."""
_COPIED = 0.5


@record()
class Split:
    """``train`` to learn from, ``held`` to test on. ``near`` are places of ``held`` whose words are mostly in ``train`` as well."""

    train: tuple[Conversation, ...]
    held: tuple[Conversation, ...]
    near: tuple[str, ...] = ()


def split(conversations: Sequence[Conversation], share: float, seed: int = 0) -> Split:
    """Hold about ``share`` (0 to 1) back: the same conversations in every run of the same data. Raises Misuse for too few."""
    groups: dict[str, list[Conversation]] = {}
    for one in conversations:
        groups.setdefault(_plain(one.asked), []).append(one)
    ordered = sorted(groups, key=lambda asked: hashlib.sha256(f"{seed}\0{asked}".encode("utf-8", "surrogatepass")).digest())
    wanted = max(round(share * len(conversations)), FEWEST)
    held: list[Conversation] = []
    while ordered and len(held) < wanted:
        held += groups[ordered.pop()]
    train = [one for asked in ordered for one in groups[asked]]
    if len(train) < FEWEST or len(held) < FEWEST:
        raise Misuse(
            f"{len(conversations)} conversations with {len(groups)} different questions are too few: {FEWEST} to learn from and "
            f"{FEWEST} to test on are the least"
        )
    return Split(tuple(train), tuple(held), tuple(_near(train, held)))


def _near(train: Sequence[Conversation], held: Sequence[Conversation]) -> list[str]:
    """The conversations held back that share most of their pieces of eight words with those to learn from."""
    known = {piece for one in train for piece in _pieces(one)}
    found = []
    for one in held:
        own = _pieces(one)
        if own and len(own & known) / len(own) > _COPIED:
            found.append(one.where)
    return found


def _pieces(conversation: Conversation) -> set[int]:
    words = _plain(" ".join(one.content for one in conversation.messages if one.role != "system")).split()
    return {hash(tuple(words[start : start + _LENGTH])) for start in range(len(words) - _LENGTH + 1)}


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
