"""Greedy continuations of a few prompts, to show in the report. A text ends at a token id, not at a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from modelcheck.probe.loading import Loaded
from modelcheck.probe.messages import Request, Written
from modelcheck.probe.scoring import Chosen


def write(loaded: Loaded, request: Request, chosen: Chosen | None) -> tuple[list[Written], list[Written]]:
    """Continue every opening as plain text and in the format, if any; all in one batch."""
    tokenizer = loaded.tokenizer
    plain = [list(tokenizer(text)["input_ids"]) for text in request.openings]
    if tokenizer.eos_token_id is not None:
        plain = [ids[:-1] if len(ids) > 1 and ids[-1] == tokenizer.eos_token_id else ids for ids in plain]
    texts = chosen.format.openings if chosen else ()
    in_format = [list(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]
    stops = {
        *request.stops,
        *([chosen.end] if chosen else ()),
        *([tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else ()),
    }
    written = generate(loaded, [*plain, *in_format], sorted(stops), request.length)
    said = [_written(tokenizer, prompt, ids, stops) for prompt, ids in zip((*request.openings, *texts), written, strict=True)]
    return said[: len(plain)], said[len(plain) :]


def generate(loaded: Loaded, prompts: Sequence[list[int]], stops: list[int], length: int, samples: int = 0) -> list[list[int]]:
    """The ids that follow each prompt: the likeliest ones, or so many samples of each prompt, one after the other."""
    import torch
    from transformers import GenerationConfig

    padding = next((id_ for id_ in (loaded.tokenizer.pad_token_id, *stops) if id_ is not None), 0)
    longest = max(map(len, prompts))
    ids = torch.tensor([[padding] * (longest - len(one)) + one for one in prompts], device=loaded.device)
    mask = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in prompts], device=loaded.device)
    drawn = {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 1.0, "num_return_sequences": samples}
    how: Any = cast("Any", GenerationConfig)(
        num_beams=1, max_new_tokens=length, eos_token_id=stops or None, pad_token_id=padding, use_cache=True,
        **(drawn if samples else {"do_sample": False}),
    )  # fmt: skip
    with torch.inference_mode():
        out = loaded.model.generate(input_ids=ids, attention_mask=mask, generation_config=how)
    return [row[longest:].tolist() for row in out]


def until(ids: list[int], stops: set[int]) -> list[int]:
    """The ids before the first one that ends a text."""
    return ids[: next((place for place, id_ in enumerate(ids) if id_ in stops), len(ids))]


def _written(tokenizer: Any, prompt: str, ids: list[int], stops: set[int]) -> Written:
    kept = until(ids, stops)
    stop = str(tokenizer.convert_ids_to_tokens(ids[len(kept)])) if len(kept) < len(ids) else None
    return Written(prompt, tokenizer.decode(kept, skip_special_tokens=False), len(kept), stop)
