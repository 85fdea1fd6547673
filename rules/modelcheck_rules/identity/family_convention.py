"""What a name without a stage marker means in the family that it belongs to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from modelcheck.api import CheckpointName, Evidence, signal

_WEIGHTS = {"high": 4.0, "medium": 3.2}


@signal(group="name")
def family_convention(name: CheckpointName) -> Iterator[Evidence]:
    """The publisher's convention for names without a suffix, from ``families.toml``.

    A name that names its stage needs no convention. Source: the publishers' own pages and the model lists of LLaMA-Factory and
    ms-swift. Other families' meaning of such a name is a coin flip: of 182 names, 101 are base models and 81 instruct models.
    """
    if name.stage is not None and name.stage.explicit:
        return
    for plain in name.plain:
        for row, pattern in _families():
            if pattern.fullmatch(plain):
                sign = 1 if row["unsuffixed"] == "instruct" else -1
                yield Evidence(
                    sign * _WEIGHTS[row["confidence"]],
                    f"in the family {row['name']}, a name without a suffix is the {row['unsuffixed']} model",
                    kind=f"{row['unsuffixed']}-{row['confidence']}",
                    sub_label=row.get("sub_label"),
                )
                return


@cache
def _families() -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    table = tomllib.loads(Path(__file__).with_name("families.toml").read_text("utf-8"))
    return tuple((row, re.compile(row["pattern"])) for row in table["family"])
