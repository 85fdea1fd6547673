"""The purpose of tokens in a vocabulary, by their text."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from modelcheck.patterns import lazy

DOCUMENT_ENDS = frozenset((
    "</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>", "<|end▁of▁sentence|>", "<｜end▁of▁sentence｜>", "[EOS]", "<|eos|>",
    "<|EOT|>",
))  # fmt: skip
"""Tokens that also end documents in pretraining: base models write them too."""
ENDS_BY_NAME = frozenset((
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>", "<|endoftext|>",
    "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "</s>",
))  # fmt: skip
"""Tokens that llama.cpp stops on by name, whatever the file declares (``llama-vocab.cpp``, 2026)."""
_UNUSED = lazy(r"(?i)reserved|unused|extra_id|<\|?dummy|placeholder|control_\d+|SPECIAL_\d+|\[PAD\d+\]")
_OF_OTHER_MODELS = lazy(r"(?i)fim_|vision_|quad_|box_|object_ref")
"""Tokens that text models share with those of their family that see or fill in code: a model for code trained some of them."""
_IN_CHATS = lazy(
    r"(?i)im_|turn|user|assistant|system|tool|func|think|eot|eom|python|header|role|message|call|ipython|end|inst|start"
)
MOST = 24
FEWEST = 3


def unused_ids(added: Mapping[int, str], text: str, rows: int, taken: Collection[int] = (), *, size: int | None = None) -> set[int]:
    """The unused ids below ``rows``: tokens reserved by their name, and the rows after the vocabulary.

    If those are too few, also tokens for what other models of the family do.

    ``added`` is id → token; those that occur in ``text``, a chat template, are in use whatever their name. ``size`` is the number
    of all tokens; if it is unknown, the vocabulary ends with the last added token.
    """
    idle = {id_: token for id_, token in added.items() if id_ < rows and token not in text}
    found = {id_ for id_, token in idle.items() if _UNUSED.search(token)}
    end = size if size is not None else max(added, default=0) + 1
    if size is not None or end > rows * 0.9:  # the added tokens are at the end of the vocabulary
        found |= set(range(end, min(rows, end + MOST)))
    found -= set(taken)
    if len(found) < FEWEST:
        found |= {id_ for id_, token in idle.items() if _OF_OTHER_MODELS.search(token)} - set(taken)
    return found


def idle_ids(added: Mapping[int, str], text: str, rows: int, taken: Collection[int], size: int) -> set[int]:
    """As ``unused_ids``; if those are too few, also added tokens with another purpose than chats, such as code."""
    found = unused_ids(added, text, rows, taken, size=size)
    if len(found) >= FEWEST:
        return found
    others = {id_ for id_, token in added.items() if not (token in text or token in DOCUMENT_ENDS or _IN_CHATS.search(token))}
    return found | {id_ for id_ in others if id_ < rows and id_ not in taken}
