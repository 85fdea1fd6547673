"""What tokens of a vocabulary are there for, by how they are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from modelcheck.patterns import lazy

DOCUMENT_ENDS = frozenset((
    "</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>", "<|end▁of▁sentence|>", "<｜end▁of▁sentence｜>", "[EOS]", "<|eos|>",
    "<|EOT|>",
))  # fmt: skip
"""Tokens that also end a document in pretraining: a base model writes them too."""
ENDS_BY_NAME = frozenset((
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>", "<|endoftext|>",
    "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "</s>",
))  # fmt: skip
"""Tokens that llama.cpp stops on by their names, whatever the file says (``llama-vocab.cpp``, 2026)."""
_UNUSED = lazy(r"(?i)reserved|unused|extra_id|<\|?dummy|placeholder|control_\d+|SPECIAL_\d+|fim_|vision_|quad_|box_|object_ref")
_IN_CHATS = lazy(
    r"(?i)im_|turn|user|assistant|system|tool|func|think|eot|eom|python|header|role|message|call|ipython|end|inst|start"
)
MOST = 24
FEWEST = 3


def unused_ids(added: Mapping[int, str], text: str, rows: int, taken: Collection[int] = (), *, size: int | None = None) -> set[int]:
    """The ids below ``rows`` that no text holds: tokens that are reserved by their name, and the rows behind the vocabulary.

    ``added`` is id → token; those that stand in ``text``, a chat template, are in use whatever they are called. ``size`` is the
    number of all tokens; where it is not known, the added ones tell where the vocabulary ends.
    """
    found = {id_ for id_, token in added.items() if id_ < rows and _UNUSED.search(token) and token not in text}
    behind = size if size is not None else max(added, default=0) + 1
    if size is not None or behind > rows * 0.9:  # the added tokens stand at the vocabulary's end
        found |= set(range(behind, min(rows, behind + MOST)))
    return found - set(taken)


def idle_ids(added: Mapping[int, str], text: str, rows: int, taken: Collection[int], size: int) -> set[int]:
    """As ``unused_ids``, and where those are too few, the added tokens that serve something else than chats, such as code."""
    found = unused_ids(added, text, rows, taken, size=size)
    if len(found) >= FEWEST:
        return found
    others = {id_ for id_, token in added.items() if not (token in text or token in DOCUMENT_ENDS or _IN_CHATS.search(token))}
    return found | {id_ for id_ in others if id_ < rows and id_ not in taken}
