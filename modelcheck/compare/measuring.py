"""Probabilities of answers: one forward pass over each, in batches of a bounded number of tokens."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from modelcheck.compare.encoding import Encoded, encode
from modelcheck.compare.jobs import Rows
from modelcheck.probe import Refusal
from modelcheck.probe.loading import Loaded
from modelcheck.probe.scoring import forward

_TOKENS = 4096
"""Tokens of a batch."""
_LOGITS = 2**26
"""Numbers of the output of a batch: a vocabulary may have 262,000 tokens."""
_SHOTS_ROOM = 4
"""A text with examples before it may be so many times as long as the longest one without."""


def scores(loaded: Loaded, rows: Rows, length: int, *, special: bool) -> Iterator[dict[str, Any]]:
    """What a start makes of each answer that is held back, before any training.

    ``own``, ``plain`` and ``shots`` are minus the log-probability of the whole answer in nats: in the format, as plain text, and as
    plain text after three other conversations; ``end`` is the log-probability of what ends it; ``first`` says whether its first
    token is the likeliest one. ``tokens`` and ``plain_tokens`` count the whole text; ``cut`` the tokens that did not fit.
    """
    tokenizer = loaded.tokenizer
    shots = "".join(f"{one}\n\n" for one in rows.shots)
    own = [encode(tokenizer, row, length, special=special) for row in rows.held]
    plain = [encode(tokenizer, row, length, plain=True) for row in rows.held]
    room = min(_SHOTS_ROOM * length, _context(loaded) or _SHOTS_ROOM * length)
    with_shots = [encode(tokenizer, row, room, plain=True, shots=shots) for row in rows.held]
    results = zip(score(loaded, own), score(loaded, plain), score(loaded, with_shots), own, plain, strict=True)
    for index, (one, other, third, encoded, encoded_plain) in enumerate(results):
        if not all(map(math.isfinite, (*one[:2], other[0], third[0]))):
            raise Refusal("its outputs are not numbers (NaN)")
        yield {
            "row": index, "conversation": encoded.conversation, "bytes": encoded.size, "own": one[0], "end": one[1],
            "first": one[2],
            "plain": other[0], "shots": third[0], "tokens": len(encoded.ids) + encoded.cut,
            "plain_tokens": len(encoded_plain.ids) + encoded_plain.cut, "cut": encoded.cut, "cut_end": encoded.cut_end,
        }  # fmt: skip


def _context(loaded: Loaded) -> int | None:
    """The longest input of the model, in tokens, as its config says."""
    config = loaded.model.config
    found = getattr(config.get_text_config() if hasattr(config, "get_text_config") else config, "max_position_embeddings", None)
    return found if isinstance(found, int) and found > 0 else None


def score(loaded: Loaded, texts: Sequence[Encoded]) -> list[tuple[float, float, bool]]:
    """Of each text: minus the answer's log-probability in nats, that of its end, and whether its first token is the likeliest."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index].ids))
    vocabulary = loaded.model.get_output_embeddings()
    wide = _LOGITS // vocabulary.weight.shape[0] if vocabulary is not None else _TOKENS
    found: dict[int, tuple[float, float, bool]] = {}
    for some in _batches(order, texts, wide):
        found.update(zip(some, _pass(loaded, [texts[index] for index in some]), strict=True))
    return [found[index] for index in range(len(texts))]


def _batches(order: Sequence[int], texts: Sequence[Encoded], wide: int) -> Iterator[list[int]]:
    """Texts in their order, so many that their padded tokens are bounded, and those of their answers by ``wide``."""
    batch: list[int] = []
    answers = 0
    for index in order:
        own = len(texts[index].ids) - texts[index].answer
        if batch and ((len(batch) + 1) * len(texts[index].ids) > _TOKENS or answers + own > wide):
            yield batch
            batch, answers = [], 0
        batch.append(index)
        answers += own
    if batch:
        yield batch


def _pass(loaded: Loaded, texts: Sequence[Encoded]) -> list[tuple[float, float, bool]]:
    import torch

    ids, mask = padded(loaded, texts)
    wanted = [range(text.answer - 1, len(text.ids) - 1) for text in texts]
    found = []
    with torch.inference_mode():
        each = forward(loaded, ids, mask, wanted).split([len(places) for places in wanted])
        for text, logits in zip(texts, each, strict=True):
            logs = logits.float().log_softmax(-1)
            right = torch.tensor(text.ids[text.answer :], device=logs.device)
            values = logs.gather(1, right.unsqueeze(1)).squeeze(1)
            answer = text.end - text.answer
            first = bool(logs[0].argmax() == right[0]) if len(right) else False
            found.append((-float(values[:answer].sum()), float(values[answer:].sum()), first))
    return found


def padded(loaded: Loaded, texts: Sequence[Encoded]) -> tuple[Any, Any]:
    """The ids of some texts, and their mask; of the shape texts × longest, padded on the right, which changes nothing."""
    import torch

    longest = max(len(text.ids) for text in texts)
    padding = loaded.tokenizer.pad_token_id or 0
    ids = torch.tensor([text.ids + [padding] * (longest - len(text.ids)) for text in texts], device=loaded.device)
    mask = torch.tensor([[1] * len(text.ids) + [0] * (longest - len(text.ids)) for text in texts], device=loaded.device)
    return ids, mask


def raw(loaded: Loaded, texts: Sequence[str], length: int) -> list[float]:
    """Minus the log-probability of each text, in bits a byte."""
    tokenizer = loaded.tokenizer
    encoded = [encode(tokenizer, [0, "", text, "", ""], length, plain=True) for text in texts]
    return [one[0] / math.log(2) / text.size for one, text in zip(score(loaded, encoded), encoded, strict=True)]
