"""Teacher-forced scores: one forward pass over short questions with their answers, in the model's format and as plain text.

What each number tells was measured on real base and instruct models; ``docs/the-probe.md`` has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from modelcheck.probe import Refusal
from modelcheck.probe.loading import Loaded
from modelcheck.probe.messages import Format, Pair, Scores
from modelcheck.vocabulary import MOST, idle_ids


@dataclass(slots=True)
class _Row:
    """One sequence. ``answer`` is the index of the answer's first token, ``stop`` that behind its last; ``cut`` and ``question``

    the last ones of the answer without its last word, and of what is asked. ``last`` is the last token of all.
    """

    ids: list[int]
    answer: int
    stop: int
    cut: int
    last: int


@dataclass(slots=True)
class Chosen:
    """A format that the vocabulary has. ``end`` is the id of the turn's end."""

    format: Format
    end: int
    end_text: str


def choose(loaded: Loaded, formats: Sequence[Format]) -> tuple[Chosen | None, list[str]]:
    """The first format whose tokens the vocabulary has, each as one; and why those before it are none of the model's."""
    unfit: list[str] = []
    for one in formats:
        tokens = one.tokens if one.turn_end is None or one.turn_end in one.tokens else (*one.tokens, one.turn_end)
        lacking = next((token for token in tokens if token_id(loaded.tokenizer, token) is None), None)
        end = one.turn_end or loaded.tokenizer.eos_token
        end_id = token_id(loaded.tokenizer, end) if end else None
        if lacking is None and end_id is not None and one.pairs:
            return Chosen(one, end_id, end), unfit
        why = f"{lacking} is no token of the vocabulary" if lacking else "it has no token that ends a turn"
        unfit.append(f"{one.name}: {why}")
    return None, unfit


def token_id(tokenizer: Any, token: str) -> int | None:
    """The id of a text that is one token of the vocabulary, and is read as that one where it stands in a text."""
    ids = tokenizer(token, add_special_tokens=False)["input_ids"]
    known = tokenizer.get_vocab().get(token)
    if known is None or known not in ids or len([id_ for id_ in ids if id_ != known]) > 1:  # SentencePiece puts a space before
        return None
    return int(known)


def score(loaded: Loaded, chosen: Chosen, stops: Sequence[int]) -> Scores:
    """Every pair, in the format and in plain text, in one batch. Raises Refusal for weights that give no numbers."""
    import torch

    tokenizer, pairs = loaded.tokenizer, chosen.format.pairs
    rows = [_row(tokenizer, pair, special=False) for pair in pairs]
    plain = [_row(tokenizer, Pair(pair.question, pair.question + "\n", pair.answer), special=True) for pair in pairs]
    questions = [_common(tokenizer(pair.question)["input_ids"], row.ids) - 1 for pair, row in zip(pairs, plain, strict=True)]
    read = _read(loaded, [*rows, *plain], questions)
    first, second = read[: len(rows)], read[len(rows) :]
    ends = sorted({chosen.end, *stops, *([tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else [])})
    controls = _controls(tokenizer, chosen, first[0][rows[0].last].shape[-1])
    complete = [values[row.last] for values, row in zip(first, rows, strict=True)]
    return Scores(
        format=chosen.format.name,
        own=chosen.format.own,
        turn_end=chosen.end_text,
        controls=tuple(_name(tokenizer, id_) for id_ in controls),
        complete=tuple(float(values[chosen.end]) for values in complete),
        cut=tuple(float(values[row.cut][chosen.end]) for values, row in zip(first, rows, strict=True)),
        control=tuple(float(values[controls].max()) for values in complete) if controls else (),
        question_end=tuple(float(torch.logsumexp(values[at][ends], 0)) for values, at in zip(second, questions, strict=True)),
        plain_end=tuple(float(values[row.last][chosen.end]) for values, row in zip(second, plain, strict=True)),
        answer=tuple(_mean(values, row) for values, row in zip(first, rows, strict=True)),
        plain_answer=tuple(_mean(values, row) for values, row in zip(second, plain, strict=True)),
        entropy=tuple(_entropy(values[row.answer - 1]) for values, row in zip(first, rows, strict=True)),
        echo=tuple(
            _repeats(tokenizer, int(values[row.answer - 1].argmax()), pair)
            for values, row, pair in zip(first, rows, pairs, strict=True)
        ),
    )


def _row(tokenizer: Any, pair: Pair, *, special: bool) -> _Row:
    """The tokens of a pair, with the places that are looked at. A tokenizer may join what stands on both sides of a border."""
    whole = pair.before + pair.answer

    def ids(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=special)["input_ids"])

    all_ids = ids(whole + pair.gap)
    if special and all_ids and all_ids[-1] == tokenizer.eos_token_id and len(all_ids) > 1:  # some put an end behind every text
        all_ids.pop()
    answer = max(_common(ids(pair.before), all_ids), 1)
    stop = _common(ids(whole), all_ids)
    cut = _common(ids(whole.rpartition(" ")[0]), all_ids) - 1
    return _Row(all_ids, answer, stop, cut, len(all_ids) - 1)


def _common(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two sequences have in common at their start."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _read(loaded: Loaded, rows: Sequence[_Row], questions: Sequence[int]) -> list[dict[int, Any]]:
    """For each row, position → the logarithms of the probabilities of what comes next. One forward pass, padded on the right."""
    import torch

    longest = max(len(row.ids) for row in rows)
    padding = loaded.tokenizer.pad_token_id or 0
    ids = torch.tensor([row.ids + [padding] * (longest - len(row.ids)) for row in rows], device=loaded.device)
    mask = torch.tensor([[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in rows], device=loaded.device)
    wanted = [{*range(row.answer - 1, row.stop), row.cut, row.last} for row in rows]
    for places, question in zip(wanted[len(rows) - len(questions) :], questions, strict=True):
        places.add(question)
    kept = sorted(set().union(*wanted))
    with torch.inference_mode():
        logits, kept = _forward(loaded, ids, mask, kept)
        if not bool(torch.isfinite(logits).all()):
            raise Refusal("its weights give no numbers (NaN)")
        at = {place: index for index, place in enumerate(kept)}
        return [
            {place: torch.log_softmax(logits[index, at[place]].float(), -1) for place in sorted(places)}
            for index, places in enumerate(wanted)
        ]


def _forward(loaded: Loaded, ids: Any, mask: Any, kept: list[int]) -> tuple[Any, list[int]]:
    """The logits at some positions only, where the model can be asked for those: a whole vocabulary for every token is a lot."""
    import inspect

    import torch

    given = {"input_ids": ids, "attention_mask": mask, "use_cache": False}
    if "logits_to_keep" in inspect.signature(loaded.model.forward).parameters:
        places = torch.tensor(kept, device=loaded.device)
        return loaded.model(**given, logits_to_keep=places).logits, kept
    return loaded.model(**given).logits, list(range(ids.shape[1]))


def _controls(tokenizer: Any, chosen: Chosen, rows: int) -> list[int]:
    """Tokens that nobody uses, those nearest to the turn's end: what an untrained turn's end is like."""
    added = {int(id_): str(token) for id_, token in tokenizer.added_tokens_decoder.items()}
    in_use = chosen.format.text + "".join(chosen.format.tokens)
    found = idle_ids(added, in_use, rows, {chosen.end, *_named(tokenizer)}, len(tokenizer))
    return sorted(sorted(found, key=lambda id_: (abs(id_ - chosen.end), id_))[:MOST])


def _named(tokenizer: Any) -> set[int]:
    """The ids that have a part of their own: bos, eos, pad and the like."""
    return {
        id_
        for id_ in (getattr(tokenizer, f"{name}_token_id", None) for name in ("bos", "eos", "pad", "unk", "sep", "cls", "mask"))
        if id_ is not None
    }


def _name(tokenizer: Any, id_: int) -> str:
    return str(tokenizer.convert_ids_to_tokens(id_) if id_ < len(tokenizer) else f"row {id_}")


def _mean(values: dict[int, Any], row: _Row) -> float:
    """The mean logarithm of the probability of the answer's tokens."""
    places = range(row.answer, row.stop)
    return float(sum(float(values[place - 1][row.ids[place]]) for place in places) / max(len(places), 1))


def _entropy(logs: Any) -> float:
    return float(-(logs.exp() * logs).nansum())


def _repeats(tokenizer: Any, id_: int, pair: Pair) -> bool:
    text = tokenizer.decode([id_]).strip().lower()
    return bool(text) and pair.question.lower().startswith(text)
