from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, GenerationFile, rule


def _above(value: float) -> bool:
    return value > 0


def _not_below(value: float) -> bool:
    return value >= 0


def _share(value: float) -> bool:
    return 0 <= value <= 1


_SAMPLING = {"temperature": 1.0, "top_p": 1.0, "top_k": 50, "min_p": None, "typical_p": 1.0}
_RANGES = (
    ("max_new_tokens", _above, "a number above 0"),
    ("pad_token_id", _not_below, "an id"),
    ("temperature", _not_below, "a number that is not negative"),
    ("top_p", _share, "a number from 0 to 1"),
    ("repetition_penalty", _above, "a number above 0"),
)


def _set(value: object, usual: float | None) -> bool:
    return value is not None and value != usual


@rule(severity="warning", since="0.1")
def generation_config_refused(generation: GenerationFile) -> Iterator[Finding]:
    """transformers refuses to save this generation config.

    It loads, and then `save_pretrained` stops with an error: after a fine-tune, when the result is written. Sampling values
    without `do_sample`, and values out of their range, are the usual ones.

    ## Bad

    ```json generation_config.json
    {"eos_token_id": 2, "temperature": 0.7}
    ```

    ## Good

    ```json generation_config.json
    {"eos_token_id": 2, "temperature": 0.7, "do_sample": true}
    ```

    ## Fix

    Set `do_sample` to true, or take the sampling values out.
    """
    data = generation.file.data
    unused = [name for name, usual in _SAMPLING.items() if _set(data.get(name), usual)]
    if unused and data.get("do_sample") is not True:
        yield Finding(f"{', '.join(unused)} without do_sample: true", at=generation.file.at(unused[0]))
    for name, allowed, wanted in _RANGES:
        value = data.get(name)
        if value is not None and not (isinstance(value, int | float) and not isinstance(value, bool) and allowed(value)):
            yield Finding(f"{name} is {value!r} where {wanted} is expected", at=generation.file.at(name))
