"""What a name without a stage marker means in the family that it belongs to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from modelcheck.api import CheckpointName, Evidence, signal

# What is put behind a name by those who only change the format of the same weights.
_FORMAT = re.compile(
    r"(-(gguf|awq|gptq|mlx|exl2|hqq|onnx|ov|bnb|fp8|fp16|bf16|int[48]|w[48]a(8|16)|nvfp4|mxfp4|[2-8]-?bits?|4bit|8bit|unsloth|dynamic|hf|q[2-8](_\w+)?|quantized))+$"
)


@signal(group="name")
def family_convention(name: CheckpointName) -> Iterator[Evidence]:
    """The publisher's convention for names without a suffix, from ``families.toml``."""
    plain = _FORMAT.sub("", name.name.lower())
    for family, pattern, unsuffixed, weight in _families():
        if pattern.fullmatch(plain):
            sign = 1 if unsuffixed == "instruct" else -1
            yield Evidence(sign * weight, f"in the family {family}, a name without a suffix is the {unsuffixed} model")
            return


@cache
def _families() -> tuple[tuple[str, re.Pattern[str], str, float], ...]:
    table = tomllib.loads(Path(__file__).with_name("families.toml").read_text("utf-8"))
    weights = {"high": 4.0, "medium": 3.2}
    return tuple(
        (row["name"], re.compile(row["pattern"]), row["unsuffixed"], weights[row["confidence"]]) for row in table["family"]
    )
