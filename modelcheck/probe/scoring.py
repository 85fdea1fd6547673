"""Teacher-forced scores: one forward pass over short questions with their answers, in the model's format and as plain text.

The numbers were calibrated on real base and instruct models; ``docs/the-probe.md`` has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from modelcheck.probe import Refusal
from modelcheck.probe.loading import Loaded
from modelcheck.probe.messages import Format, Pair, Scores
from modelcheck.records import mutable
from modelcheck.vocabulary import MOST, idle_ids


@mutable
class Row:
    """One sequence. ``answer`` is the index of the answer's first token, ``stop`` the one after its last.

    ``question`` and ``cut`` are the last tokens of the question and of the answer without its last word, ``last`` that of all.
    """

    ids: list[int]
    answer: int
    stop: int
    cut: int
    last: int
    question: int


@mutable
class Chosen:
    """A format that matches the vocabulary. ``end`` is the id of the turn's end."""

    format: Format
    end: int
    end_text: str


def choose(loaded: Loaded, formats: Sequence[Format]) -> tuple[Chosen | None, list[str]]:
    """The first format whose tokens are in the vocabulary, each as one; and why those before it do not match."""
    unfit: list[str] = []
    for one in formats:
        tokens = one.tokens if one.turn_end is None or one.turn_end in one.tokens else (*one.tokens, one.turn_end)
        lacking = next((token for token in tokens if token_id(loaded.tokenizer, token) is None), None)
        end = one.turn_end or loaded.tokenizer.eos_token
        end_id = token_id(loaded.tokenizer, end) if end else None
        if lacking is None and end_id is not None and one.pairs:
            return Chosen(one, end_id, end), unfit
        why = f"{lacking} is not a token of its vocabulary" if lacking else "no token ends a turn"
        unfit.append(f"{one.name}: {why}")
    return None, unfit


def token_id(tokenizer: Any, token: str) -> int | None:
    """The id of a text that is one token of the vocabulary, also inside a text; else None."""
    ids = tokenizer(token, add_special_tokens=False)["input_ids"]
    known = tokenizer.convert_tokens_to_ids(token)
    others = [id_ for id_ in ids if id_ != known]  # SentencePiece adds a space before
    if known is None or tokenizer.convert_ids_to_tokens(known) != token or known not in ids or len(others) > 1:
        return None
    return int(known)


def score(loaded: Loaded, chosen: Chosen, stops: Sequence[int]) -> Scores:
    """Scores every pair in the format and as plain text: one forward pass each. Raises Refusal if the outputs are not numbers."""
    tokenizer, pairs = loaded.tokenizer, chosen.format.pairs
    rows = [row_of(tokenizer, pair, special=False) for pair in pairs]
    plain = [row_of(tokenizer, Pair(pair.question, pair.question + "\n", pair.answer), special=True) for pair in pairs]
    first, second = read(loaded, rows), read(loaded, plain)
    ends = sorted({chosen.end, *stops, *([tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else [])})
    each, each_plain = list(zip(first, rows, strict=True)), list(zip(second, plain, strict=True))
    controls = [
        id_  # some models output minus infinity for the rows after the vocabulary
        for id_ in _controls(tokenizer, chosen, first[0].vocabulary)
        if all(math.isfinite(read.log_p(row.last, id_)) for read, row in each)
    ]
    return Scores(
        format=chosen.format.name,
        own=chosen.format.own,
        turn_end=chosen.end_text,
        controls=tuple(_name(tokenizer, id_) for id_ in controls),
        complete=tuple(read.log_p(row.last, chosen.end) for read, row in each),
        cut=tuple(read.log_p(row.cut, chosen.end) for read, row in each),
        control=tuple(max(read.log_p(row.last, id_) for id_ in controls) for read, row in each) if controls else (),
        question_end=tuple(read.log_p_any(row.question, ends) for read, row in each_plain),
        plain_end=tuple(read.log_p(row.last, chosen.end) for read, row in each_plain),
        answer=tuple(_mean(read, row) for read, row in each),
        plain_answer=tuple(_mean(read, row) for read, row in each_plain),
        entropy=tuple(read.entropy(row.answer - 1) for read, row in each),
        echo=tuple(
            _repeats(tokenizer, read.likeliest(row.answer - 1), pair) for (read, row), pair in zip(each, pairs, strict=True)
        ),
    )


def row_of(tokenizer: Any, pair: Pair, *, special: bool) -> Row:
    """The tokens of a pair, with the positions to score. A tokenizer may join text across a border."""
    whole = pair.before + pair.answer

    def ids(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=special)["input_ids"])

    all_ids = ids(whole + pair.gap)
    if special and all_ids and all_ids[-1] == tokenizer.eos_token_id and len(all_ids) > 1:  # some tokenizers append an end token
        all_ids.pop()
    answer = max(common(ids(pair.before), all_ids), 1)
    stop = common(ids(whole), all_ids)
    cut = common(ids(whole.rpartition(" ")[0]), all_ids) - 1
    question = max(common(ids(pair.question), all_ids), 1) - 1
    return Row(all_ids, answer, stop, cut, len(all_ids) - 1, question)


def end_of(tokenizer: Any, text: str, *, special: bool) -> Row:
    """A text of which only the last position is scored."""
    return row_of(tokenizer, Pair(text, text, ""), special=special)


def common(first: Sequence[int], second: Sequence[int]) -> int:
    """The length of the common prefix of two sequences."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


class _Reading:
    """Next-token distributions at some positions of one row: ``logits`` has a row for each of ``places``."""

    def __init__(self, places: Sequence[int], logits: Any, totals: Any) -> None:
        self._at = {place: index for index, place in enumerate(places)}
        self._logits = logits
        self._totals = totals
        self.vocabulary: int = logits.shape[-1]

    def log_p(self, place: int, id_: int) -> float:
        """Log-probability of a token."""
        index = self._at[place]
        return float(self._logits[index, id_] - self._totals[index])

    def log_p_any(self, place: int, ids: Sequence[int]) -> float:
        """Log-probability of any of some tokens."""
        index = self._at[place]
        return float(self._logits[index, ids].logsumexp(-1) - self._totals[index])

    def likeliest(self, place: int) -> int:
        """The most likely token."""
        return int(self._logits[self._at[place]].argmax())

    def entropy(self, place: int) -> float:
        """Entropy of the distribution, in nats."""
        index = self._at[place]
        logs = self._logits[index] - self._totals[index]
        return float(-(logs.exp() * logs).nansum())


def read(loaded: Loaded, rows: Sequence[Row]) -> list[_Reading]:
    """One forward pass over some rows, padded on the right, which does not change earlier positions."""
    import torch

    longest = max(len(row.ids) for row in rows)
    padding = loaded.tokenizer.pad_token_id or 0
    ids = torch.tensor([row.ids + [padding] * (longest - len(row.ids)) for row in rows], device=loaded.device)
    mask = torch.tensor([[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in rows], device=loaded.device)
    wanted = [sorted({*range(row.answer - 1, row.stop), row.cut, row.last, row.question}) for row in rows]
    with torch.inference_mode():
        logits = forward(loaded, ids, mask, wanted).float()
        totals = logits.logsumexp(-1)
        if not bool(torch.isfinite(totals).all()):
            raise Refusal("its outputs are not numbers (NaN)")
        logits, totals = logits.cpu(), totals.cpu()
    counts = [len(places) for places in wanted]
    parts = zip(wanted, logits.split(counts), totals.split(counts), strict=True)
    return [_Reading(places, part, total) for places, part, total in parts]


def forward(loaded: Loaded, ids: Any, mask: Any, wanted: Sequence[Sequence[int]]) -> Any:
    """The logits at the wanted positions of each row, one row each.

    The output head multiplies by the whole vocabulary, most of the work for a small model, so it gets these positions only.
    """
    import torch

    row = torch.tensor([index for index, places in enumerate(wanted) for _ in places], device=loaded.device)
    column = torch.tensor([place for places in wanted for place in places], device=loaded.device)
    head = loaded.model.get_output_embeddings()
    taken: list[bool] = []

    def only_wanted(_module: Any, arguments: tuple[Any, ...]) -> Any:
        states = arguments[0] if arguments else None
        if states is None or tuple(states.shape[:2]) != tuple(ids.shape):
            return None
        taken.append(True)
        return (states[row.to(states.device), column.to(states.device)].unsqueeze(0), *arguments[1:])

    hook = head.register_forward_pre_hook(only_wanted) if head is not None else None
    try:
        logits = loaded.model(input_ids=ids, attention_mask=mask, use_cache=False).logits
    finally:
        if hook:
            hook.remove()
    return logits[0] if len(taken) == 1 else logits[row.to(logits.device), column.to(logits.device)]


def _controls(tokenizer: Any, chosen: Chosen, rows: int) -> list[int]:
    """The unused tokens nearest to the turn's end: an untrained turn's end behaves like them."""
    added = {int(id_): str(token) for id_, token in tokenizer.added_tokens_decoder.items()}
    in_use = chosen.format.text + "".join(chosen.format.tokens)
    found = idle_ids(added, in_use, rows, {chosen.end, *_named(tokenizer)}, len(tokenizer))
    return sorted(sorted(found, key=lambda id_: (abs(id_ - chosen.end), id_))[:MOST])


def _named(tokenizer: Any) -> set[int]:
    """The ids of special tokens: bos, eos, pad and the like."""
    return {
        id_
        for id_ in (getattr(tokenizer, f"{name}_token_id", None) for name in ("bos", "eos", "pad", "unk", "sep", "cls", "mask"))
        if id_ is not None
    }


def _name(tokenizer: Any, id_: int) -> str:
    return str(tokenizer.convert_ids_to_tokens(id_) if id_ < len(tokenizer) else f"row {id_}")


def _mean(read: _Reading, row: Row) -> float:
    """Mean log-probability of the answer's tokens."""
    places = range(row.answer, row.stop)
    return sum(read.log_p(place - 1, row.ids[place]) for place in places) / max(len(places), 1)


def _repeats(tokenizer: Any, id_: int, pair: Pair) -> bool:
    text = tokenizer.decode([id_]).strip().lower()
    return bool(text) and pair.question.lower().startswith(text)
