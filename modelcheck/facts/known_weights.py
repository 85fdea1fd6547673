"""Fingerprints of other models' weights, from a file of the user's own: what checkpoints are compared with on request."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelcheck.declarations import fact
from modelcheck.errors import Absent, Misuse
from modelcheck.facts.weight_rows import WeightRows
from modelcheck.records import record
from modelcheck.sources import Source

if TYPE_CHECKING:
    from modelcheck.matching.rows import Rows

FORMAT = 1
_LARGEST = 512 * 2**20
_MOST_VALUES = 64 * 64
_TEXTS = ("name", "kind", "axis", "digest")


@record()
class KnownModel:
    """One model of the file. ``declared`` are the models that it said it was made from."""

    name: str
    revision: str | None
    declared: tuple[str, ...]
    rows: WeightRows


@record()
class KnownWeights:
    """The models of a file, in the order of their names."""

    models: tuple[KnownModel, ...]


@fact(cost="files")
def known_weights(source: Source) -> KnownWeights:  # noqa: ARG001 - a fact of each checkpoint, the same for all
    """Given by ``--against FILE``. Raises Absent without it."""
    raise Absent("--against FILE names no fingerprints to compare with", ordinary=True)


def read_known(file: Path) -> KnownWeights:
    """Return the models of a file. Raises Misuse."""
    return KnownWeights(tuple(_model(entry) for entry in read_fingerprints(file)))


def read_fingerprints(file: Path) -> list[dict[str, Any]]:
    """The entries of a file. Raises Misuse for another file, and for one of another version."""
    import json

    from modelcheck.matching.sketch import WIDTH

    try:
        if file.stat().st_size > _LARGEST:
            raise Misuse(f"{file} is larger than {_LARGEST // 2**20} MB: it is no file of fingerprints")
        first, *lines = file.read_text("utf-8").splitlines()
        head = json.loads(first)
        if (head["format"], head["width"]) != (FORMAT, WIDTH):
            raise Misuse(f"{file} was written by modelcheck {head.get('modelcheck')}, in another format: make it again")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Misuse(f"{file} is no file of fingerprints: make one with modelcheck lineage index") from None
    entries = []
    for number, line in enumerate(lines, 2):
        try:
            entry = json.loads(line)
            _model(entry)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
            raise Misuse(f"{file}:{number} is no fingerprint: make it again with modelcheck lineage index") from None
        entries.append(entry)
    return entries


def _model(entry: Mapping[str, Any]) -> KnownModel:
    parts: dict[str, Callable[[], Rows]] = {part: partial(_rows, part, stored) for part, stored in entry["parts"].items()}
    shapes = {part: make().shape for part, make in parts.items()}  # raises for an entry that is none

    def read(part: str) -> Rows:
        if part not in parts:
            raise Absent(f"its fingerprint has no {part}")
        return parts[part]()

    declared = tuple(str(one) for one in entry["declared"])
    revision = entry["revision"] if isinstance(entry["revision"], str) else None
    return KnownModel(str(entry["name"]), revision, declared, WeightRows(lambda: shapes, read))


def _rows(part: str, stored: Mapping[str, Any]) -> Rows:
    import numpy as np

    from modelcheck.matching.rows import Rows

    values = np.frombuffer(base64.b64decode(stored["values"], validate=True), dtype="<f2").astype(np.float32)
    count = int(stored["rows"])
    if not 0 < values.size <= _MOST_VALUES or not all(isinstance(stored[key], str) for key in _TEXTS):
        raise ValueError
    if stored["axis"] not in ("rows", "columns"):
        raise ValueError
    shape = tuple(int(size) for size in stored["shape"])
    return Rows(
        part, stored["name"], shape, stored["kind"], stored["axis"], float(stored["rounding"]), values.reshape(count, -1),
        bool(stored["scaled"]), stored["digest"],
    )  # fmt: skip
