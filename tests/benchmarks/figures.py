"""The figures of a benchmark as data, beside the table that it prints: ``all.py`` collects them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

FILE = "MODELCHECK_FIGURES"
"""The variable that names the file to which each figure is added, one JSON object a line. Without it, none is written."""
Unit = Literal["ratio", "s", "requests", "bytes", "MB", "modules"]


def figure(name: str, value: float, unit: Unit = "ratio", goal: float | None = None) -> None:
    """Note a figure, of which less is better. A ratio is one of two things that the same run has measured in turn."""
    file = os.environ.get(FILE)
    if file:
        with Path(file).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"name": name, "value": round(value, 4), "unit": unit, "goal": goal}) + "\n")


def read_figures(file: Path) -> list[dict[str, object]]:
    """The figures that a benchmark has written; none if it wrote no file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
