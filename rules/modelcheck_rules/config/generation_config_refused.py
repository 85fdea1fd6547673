from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelcheck.api import Finding, GenerationFile, rule


def _above(value: float) -> bool:
    return value > 0


def _not_below(value: float) -> bool:
    return value >= 0


def _share(value: float) -> bool:
    return 0 <= value <= 1


# Default of each value in transformers 5.23, ``GenerationConfig.validate``.
_SAMPLING = {
    "temperature": 1.0, "top_p": 1.0, "top_k": 50, "min_p": None, "top_h": None, "typical_p": 1.0, "epsilon_cutoff": 0.0,
    "eta_cutoff": 0.0,
}  # fmt: skip
_BEAMS = {"early_stopping": False, "length_penalty": 1.0}
_OUTPUTS = {"output_attentions": False, "output_hidden_states": False, "output_scores": False, "output_logits": False}
_CACHE = {"cache_implementation": None, "cache_config": None}
_RANGES = (
    ("max_new_tokens", _above, "a number above 0"),
    ("pad_token_id", _not_below, "a token id"),
    ("temperature", _not_below, "a number of at least 0"),
    ("top_p", _share, "a number from 0 to 1"),
    ("repetition_penalty", _above, "a number above 0"),
)
_OF_GENERATE = (
    "logits_processor", "stopping_criteria", "prefix_allowed_tokens_fn", "synced_gpus", "assistant_model", "streamer",
    "negative_prompt_ids", "negative_prompt_attention_mask",
)  # fmt: skip


def _without_effect(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the key and the message for values that have no effect unless another value is set."""
    for wanted, usual, used in (
        ("do_sample: true", _SAMPLING, data.get("do_sample") is True),
        ("num_beams above 1", _BEAMS, data.get("num_beams") not in (None, 1)),
        ("return_dict_in_generate: true", _OUTPUTS, data.get("return_dict_in_generate") is True),
        ("use_cache: true", _CACHE, data.get("use_cache") is not False),
    ):
        names = [name for name, value in usual.items() if data.get(name) is not None and data[name] != value]
        if names and not used:
            yield names[0], f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} no effect without {wanted}"


def _ids(value: object) -> set[int]:
    return {item for item in (value if isinstance(value, list) else [value]) if type(item) is int}


def _conflicting(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the key and the message for values that exclude each other or do not belong in the file."""
    beams = data.get("num_beams") or 1
    answers = data.get("num_return_sequences")
    if isinstance(answers, int) and isinstance(beams, int) and answers > beams and (beams > 1 or not data.get("do_sample")):
        search = f"a search with {beams} beams" if beams > 1 else "greedy search"
        yield "num_return_sequences", f"num_return_sequences is {answers}, but {search} returns at most {beams}"
    for name in ("forced_bos_token_id", "forced_eos_token_id"):
        forced = _ids(data.get(name))
        if forced and forced <= _ids(data.get("suppress_tokens")):
            yield name, f"{name} is {', '.join(map(str, sorted(forced)))}, which suppress_tokens forbids"
    if data.get("early_stopping") not in (None, True, False, "never"):
        yield "early_stopping", f"early_stopping is {data['early_stopping']!r}, expected true, false or 'never'"
    for name in _OF_GENERATE:
        if name in data and not data.get("_from_model_config"):
            yield name, f"{name} must be an argument of generate(), not a value in this file"


@rule(severity="warning", since="0.1")
def generation_config_refused(generation: GenerationFile) -> Iterator[Finding]:
    """transformers rejects this generation config.

    The config loads, but later `save_pretrained` raises an error, for example when a fine-tuned model is saved, or `generate` does.
    The usual causes are sampling values without `do_sample`, and values out of range.

    ## Bad

    ```json generation_config.json
    {"eos_token_id": 2, "temperature": 0.7}
    ```

    ## Good

    ```json generation_config.json
    {"eos_token_id": 2, "temperature": 0.7, "do_sample": true}
    ```

    ## Fix

    Set `do_sample` to true, or remove the sampling values.
    """
    data = generation.file.data
    for name, message in (*_without_effect(data), *_conflicting(data)):
        yield Finding(message, at=generation.file.at(name))
    for name, allowed, wanted in _RANGES:
        value = data.get(name)
        if value is not None and not (isinstance(value, int | float) and not isinstance(value, bool) and allowed(value)):
            yield Finding(f"{name} is {value!r}, expected {wanted}", at=generation.file.at(name))
