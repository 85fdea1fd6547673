"""Changes of a fleet as text, Markdown and JSON."""

from __future__ import annotations

import json
from typing import Any

from modelcheck.fleet.diffing import Change
from modelcheck.printable import one_line
from modelcheck.reporters.markdown_text import code, escaped


def as_text(found: list[Change], *, markdown: bool = False) -> str:
    """One line for each change and field; in Markdown a list, for a message in a chat."""
    mark = "- " if markdown else ""
    lines = []
    for one in found:
        if one.kind in ("used", "not used"):
            what = f"{one.kind}: {one.label}"
        elif one.kind == "changed":
            what = "; ".join(f"{name} {_shown(old)} → {_shown(new)}" for name, old, new in one.fields)
        else:
            what = f"{one.kind} ({one.label})"
        lines.append(f"- {code(one.name)}: {escaped(one_line(what))}" if markdown else one_line(f"{one.name}: {what}"))
    return "\n".join(lines) or f"{mark}no checkpoint and no use changed"


def as_json(found: list[Change]) -> str:
    """The changes as JSON."""
    return json.dumps(
        [
            {"name": one.name, "kind": one.kind, "label": one.label, "fields": {name: [old, new] for name, old, new in one.fields}}
            for one in found
        ],
        indent=1,
    )


def _shown(value: Any) -> str:
    return "none" if value in (None, "", "[]") else str(value)
