"""What a name without a stage marker means in the family that it belongs to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from modelcheck.api import CheckpointName, Evidence, lazy, signal

_LETTERS = lazy(r"[a-z0-9-]*(?![?*{])")  # a letter before one of these may be missing
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
        row = next((row for row in _families() if _fits(row, plain)), None)
        if row:
            sign = 1 if row["unsuffixed"] == "instruct" else -1
            yield Evidence(
                sign * _WEIGHTS[row["confidence"]],
                f"in the family {row['name']}, a name without a suffix is the {row['unsuffixed']} model",
                kind=f"{row['unsuffixed']}-{row['confidence']}",
                sub_label=row.get("sub_label"),
            )
            return


def _fits(row: dict[str, Any], name: str) -> bool:
    """Whether a name is of a family. Most rows are told off by their first letters: compiling all of them costs a hook 15 ms."""
    return name.startswith(_beginnings(row["pattern"])) and re.fullmatch(row["pattern"], name) is not None


@cache
def _beginnings(pattern: str) -> tuple[str, ...]:
    """What a name that fits the pattern begins with: the letters before the first sign of each alternative."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(f"{pattern}|"):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            letters = _LETTERS.match(pattern, start, place)
            found.append(letters.group() if letters else "")
            start = place + 1
    return tuple(found)


@cache
def _families() -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("families.toml").read_text("utf-8"))["family"]
    return table
