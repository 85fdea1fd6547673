"""Trains a start for some steps with LoRA, by peft and transformers' Trainer, and scores the answers that are held back."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from modelcheck.compare.encoding import Encoded, encode
from modelcheck.compare.jobs import Job, Rows, Training
from modelcheck.compare.lora import Diverged, Run, train_once
from modelcheck.compare.measuring import raw, score
from modelcheck.compare.writing import write
from modelcheck.probe import Refusal
from modelcheck.probe.loading import Loaded

_TRIED_ON = 48
"""Training rows on which a learning rate is tried; the trial does not learn from them."""


def train(loaded: Loaded, job: Job, rows: Rows) -> Iterator[dict[str, Any]]:
    """Search a learning rate, train with it, and score. Yields what is found as it comes. Raises Refusal."""
    how = job.training
    assert how is not None  # noqa: S101 - a job of this kind has one
    texts = [encode(loaded.tokenizer, row, job.length, special=job.special) for row in rows.train]
    held = [encode(loaded.tokenizer, row, job.length, special=job.special) for row in rows.held]
    yield {"before": _scored(loaded, held), "raw_before": raw(loaded, rows.raw, job.length)}
    if rows.asked:
        yield {"asked_before": [one["text"] for one in write(loaded, rows.asked, job, len(rows.asked))]}
    if how.share < 1:
        texts = _part(texts, how.share)
    if len(how.rates) > 1:
        rate, tried = _search(loaded, job, how, texts)
        yield {"rate": rate, "tried": tried}
    else:
        rate = how.rates[0]
    points: list[dict[str, Any]] = []
    start, scoring = time.perf_counter(), [0.0]

    def at(step: int, loss: float) -> None:
        begun = time.perf_counter()
        points.append({"step": step, "examples": step * how.batch, "train_loss": loss, "held": _scored(loaded, held)})
        scoring[0] += time.perf_counter() - begun

    try:
        _run(loaded, job, how, texts, rate, how.steps, at)
    except Diverged as error:
        raise Refusal(f"its training did not stay finite: {error}") from None
    yield {"points": points, "trained_in": round(time.perf_counter() - start - scoring[0], 3)}
    yield from _after(loaded, job, rows)
    if how.keep:
        loaded.model.save_pretrained(Path(job.rows).parent / how.keep)
        yield {"kept": how.keep}


def graft(loaded: Loaded, job: Job, rows: Rows) -> Iterator[dict[str, Any]]:
    """Run what another start has learned on this one, whose tensors have the same shapes, and score. Raises Refusal."""
    from peft import PeftModel

    held = [encode(loaded.tokenizer, row, job.length, special=job.special) for row in rows.held]
    yield {"before": _scored(loaded, held), "raw_before": raw(loaded, rows.raw, job.length)}
    try:
        loaded.model = PeftModel.from_pretrained(loaded.model, str(Path(job.rows).parent / str(job.graft))).eval()
    except (RuntimeError, ValueError) as error:
        raise Refusal(f"what was learned does not fit it: {str(error).splitlines()[0]}") from None
    yield {"points": [{"step": 0, "examples": 0, "train_loss": 0.0, "held": _scored(loaded, held)}]}
    yield from _after(loaded, job, rows)


def _after(loaded: Loaded, job: Job, rows: Rows) -> Iterator[dict[str, Any]]:
    """What a trained start makes of other texts, and what it writes."""
    yield {"raw_after": raw(loaded, rows.raw, job.length)}
    if job.written:
        yield {"written": write(loaded, [row[1] for row in rows.held[: job.written]], job, job.written)}
    if rows.asked:
        yield {"asked_after": [one["text"] for one in write(loaded, rows.asked, job, len(rows.asked))]}


def _part(texts: list[Encoded], share: float) -> list[Encoded]:
    """The rows of the first conversations; a smaller part is in each larger one."""
    ids = list(dict.fromkeys(text.conversation for text in texts))
    kept = set(ids[: max(round(share * len(ids)), 1)])
    return [text for text in texts if text.conversation in kept]


def _scored(loaded: Loaded, held: Sequence[Encoded]) -> list[float]:
    """Minus the log-probability of each answer and its end, in bits a byte of the answer."""
    found = score(loaded, held)
    if not all(math.isfinite(answer) for answer, _, _ in found):
        raise Refusal("its outputs are not numbers (NaN)")
    return [round((answer - end) / math.log(2) / text.size, 6) for (answer, end, _), text in zip(found, held, strict=True)]


def _search(loaded: Loaded, job: Job, how: Training, texts: list[Encoded]) -> tuple[float, dict[str, float | None]]:
    """The learning rate with the smallest loss on rows that its trial does not learn from; and all, None for one that diverged."""
    places = range(0, len(texts), max(len(texts) // min(_TRIED_ON, max(len(texts) // 5, 1)), 1))
    kept = set(places)
    tried_on, learned = [texts[place] for place in places], [text for place, text in enumerate(texts) if place not in kept]
    tried: dict[str, float | None] = {}
    for rate in how.rates:
        try:
            _run(loaded, job, how, learned or texts, rate, (how.search,), lambda step, loss: None)  # noqa: ARG005
            found = _scored(loaded, tried_on)
            tried[f"{rate:g}"] = round(sum(found) / len(found), 6)
        except (Diverged, Refusal):
            tried[f"{rate:g}"] = None
        loaded.model = loaded.model.unload()
    known = {rate: value for rate, value in tried.items() if value is not None}
    if not known:
        raise Refusal(f"its training did not stay finite with any learning rate ({', '.join(tried)})")
    return float(min(known, key=lambda rate: known[rate])), tried


def _run(
    loaded: Loaded,
    job: Job,
    how: Training,
    texts: list[Encoded],
    rate: float,
    steps: Sequence[int],
    at: Callable[[int, float], None],
) -> None:
    """Train a new adapter until the last step; ``loaded.model`` is adapted afterwards. Halves the batch in need of memory."""
    size = how.batch
    while True:
        try:
            train_once(
                loaded, job, texts, Run(how.seed, rate, tuple(steps), size, max(how.batch // size, 1), how.decay, how.rank), at
            )
        except (MemoryError, RuntimeError) as error:
            if not _of_memory(error):
                raise
            loaded.model = getattr(loaded.model, "unload", lambda: loaded.model)()
            if size == 1:
                raise Refusal("one row at a time does not fit into memory: use a smaller --max-length") from error
            size //= 2
        else:
            return


def _of_memory(error: Exception) -> bool:
    text = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text or "alloc_failed" in text
