"""What a start answers, greedily, with the end that it was taught."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from modelcheck.compare.jobs import Job
from modelcheck.probe.loading import Loaded

_BATCH = 16
_LONGEST = 96
"""Tokens of an answer."""


def write(loaded: Loaded, prompts: Sequence[str], job: Job, most: int) -> list[dict[str, Any]]:
    """The answer to each of the first ``most`` prompts: ``text``, and ``stopped`` if the model ended it by itself."""
    import torch
    from transformers import GenerationConfig

    tokenizer = loaded.tokenizer
    ends = {*job.stops, *_ids_of(tokenizer, job), *([tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else [])}
    padding = next((one for one in (tokenizer.pad_token_id, *sorted(ends)) if one is not None), 0)
    how: Any = cast("Any", GenerationConfig)(
        do_sample=False,
        num_beams=1,
        max_new_tokens=_LONGEST,
        eos_token_id=sorted(ends) or None,
        pad_token_id=padding,
        use_cache=True,
    )
    found: list[dict[str, Any]] = []
    chosen = list(prompts)[:most]
    for first in range(0, len(chosen), _BATCH):
        texts = [
            list(tokenizer(text, add_special_tokens=job.special)["input_ids"])[-job.length :] or [padding]
            for text in chosen[first : first + _BATCH]
        ]
        longest = max(map(len, texts))
        ids = torch.tensor([[padding] * (longest - len(one)) + one for one in texts], device=loaded.device)
        mask = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in texts], device=loaded.device)
        with torch.inference_mode():
            out = loaded.model.generate(input_ids=ids, attention_mask=mask, generation_config=how)
        for row in out:
            written = row[longest:].tolist()
            stop = next((place for place, one in enumerate(written) if one in ends), None)
            text = tokenizer.decode(written[:stop], skip_special_tokens=True)
            found.append({"text": text, "stopped": stop is not None})
    return found


def _ids_of(tokenizer: Any, job: Job) -> list[int]:
    """The ids of the texts that end an answer in this format, as far as they are single tokens."""
    from modelcheck.probe.scoring import token_id

    found = [token_id(tokenizer, text) for text in job.ends]
    return [one for one in found if one is not None]
