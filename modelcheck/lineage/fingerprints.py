"""Fingerprints: sketches of the rows of many checkpoints, in a file, to compare others with without having their weights."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.facts.known_weights import FORMAT, read_known
from modelcheck.lineage.members import Member
from modelcheck.matching.comparing import is_attention
from modelcheck.matching.sketch import WIDTH, sketch
from modelcheck.version import VERSION

if TYPE_CHECKING:
    from modelcheck.matching.rows import Rows


def fingerprint(member: Member) -> dict[str, Any] | None:
    """A checkpoint's entry in the file; None if none of its weights can be read."""
    parts = {}
    for part in member.rows.parts():
        if is_attention(part):
            continue
        try:
            parts[part] = _stored(sketch(member.rows.read(part)))
        except (Absent, Broken, TargetError):
            continue
    return {"name": member.name, "revision": member.revision, "declared": list(member.declared), "parts": parts} if parts else None


def _stored(rows: Rows) -> dict[str, Any]:
    values = base64.b64encode(rows.values.astype("<f2").tobytes()).decode()
    return {
        "name": rows.name, "shape": list(rows.shape), "kind": rows.kind, "axis": rows.axis, "rounding": rows.rounding,
        "scaled": rows.scaled, "digest": rows.digest, "rows": len(rows.values), "values": values,
    }  # fmt: skip


def write_index(entries: Sequence[Mapping[str, Any]]) -> str:
    """The file's text: one line for each checkpoint, by name."""
    lines = [json.dumps(one, ensure_ascii=False) for one in sorted(entries, key=lambda one: str(one["name"]))]
    head = json.dumps({"format": FORMAT, "modelcheck": VERSION, "width": WIDTH})
    return "\n".join((head, *lines)) + "\n"


def members_of(file: Path) -> list[Member]:
    """The checkpoints of a file. Raises Misuse."""
    return [Member(one.name, one.rows, one.revision, one.declared, asked=False) for one in read_known(file).models]
