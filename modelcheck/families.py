"""Model families, by the table ``families.toml``: what a publisher's names mean, and what counterparts are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from modelcheck.patterns import lazy
from modelcheck.records import record

_LINE = lazy(r"(?m)^(?:\[\[(?P<table>\w+)\]\]|(?P<key>\w+) = (?:\"(?P<basic>[^\"\\\n]*)\"|'(?P<literal>[^'\n]*)'))$")
_LETTERS = lazy(r"[a-z0-9-]*(?![?*{])")  # a letter before one of these may be missing


@record(eq=True)
class Family:
    """One family. ``pattern`` matches a whole name in lower case, ``unsuffixed`` is what such a name means."""

    name: str
    pattern: str
    unsuffixed: Literal["base", "instruct"]
    confidence: Literal["high", "medium"]
    sub_label: Any = None

    def matches(self, name: str) -> bool:
        """Whether a name is of this family."""
        return _matches(self.pattern, name)


def family_of(name: str) -> Family | None:
    """The family of a name in lower case, without its owner and its suffixes of format."""
    return next((family for family in families() if family.matches(name)), None)


def instruct_name(id_: str) -> str | None:
    """What the instruct counterpart of a base checkpoint is called, by its Hub id; None for a family without a known convention."""
    matches = ((re.fullmatch(row["base"], id_), row["instruct"]) for row in _table()["sibling"])
    return next((match.expand(instruct) for match, instruct in matches if match), None)


def bases_ship_template(model_type: str | None, names: Iterable[str]) -> bool:
    """Whether the base checkpoints of a family ship a chat template too, by its model type or by a name in lower case."""
    kind, names = model_type or "", tuple(names)
    return any(
        (kind and _matches(row["model_type"], kind)) or any(_matches(row["name"], name) for name in names)
        for row in _table()["template"]
    )


@cache
def families() -> tuple[Family, ...]:
    """Every row of the table, in its order."""
    return tuple(Family(**row) for row in _table()["family"])


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    """The rows of each table. The file is TOML with one text a line; the library's parser would cost every hook 6 ms."""
    tables: dict[str, list[dict[str, Any]]] = {}
    row: dict[str, Any] = {}
    for found in _LINE.finditer(Path(__file__).with_name("families.toml").read_text("utf-8")):
        if found["table"]:
            row = {}
            tables.setdefault(found["table"], []).append(row)
        else:
            row[found["key"]] = found["literal"] if found["basic"] is None else found["basic"]
    return tables


def _matches(pattern: str, name: str) -> bool:
    """Whether the whole name matches. The first letters rule most rows out: compiling all patterns costs a hook 15 ms."""
    return name.startswith(_beginnings(pattern)) and re.fullmatch(pattern, name) is not None


@cache
def _beginnings(pattern: str) -> tuple[str, ...]:
    """What a name that matches the pattern can begin with: the letters before the first special sign of each alternative."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(f"{pattern}|"):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            letters = _LETTERS.match(pattern, start, place)
            found.append(letters.group() if letters else "")
            start = place + 1
    return tuple(found)
