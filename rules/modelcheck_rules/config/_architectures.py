"""Which classes belong to which model type."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def architectures() -> dict[str, list[str]]:
    """Model type → its classes, as transformers has them. A script writes the file anew from an installed transformers."""
    text = files(__package__).joinpath("architectures.json").read_text("utf-8")
    return dict(json.loads(text)["architectures"])
