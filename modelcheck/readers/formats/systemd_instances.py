"""Template units of systemd: ``vllm@.service`` with each instance that a file of the tree starts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import PurePosixPath

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.filled import Filled, Part, replaced

_SPECIFIER = lazy(r"%(?P<letter>[%iI])")
_ESCAPED = lazy(r"\\x(?P<code>[0-9a-f]{2})")
_INSTANCE = lazy(r"(?<![\w.:\\-])(?P<unit>[\w.:\\-]{1,200})@(?P<name>[\w.:\\-]{1,200})")
_MENTIONING = (".sh", ".md", ".rst", ".txt", ".yml", ".yaml", ".service", ".target", ".timer", ".py", ".toml", "")
"""Files that start units, by their suffix."""
_MOST = 20
_MOST_FILES = 2_000


@reader(files=("*@.service", "*@.container"), mentions=("%i",))
def systemd_instances(file: TextFile, neighbours: NeighbourFiles) -> Iterator[Filled]:
    """The unit of each instance. ``%i`` is the instance's name, ``%I`` the same with slashes for its dashes."""
    path = PurePosixPath(file.path.replace("\\", "/"))
    lines, unit = Lines(file.path, file.text), path.name.removesuffix(path.suffix).removesuffix("@")
    for instance in islice(_instances(unit, path.suffix, neighbours), _MOST):
        parts = replaced(file.text, 0, _SPECIFIER.finditer(file.text), partial(_part, instance=instance))
        yield Filled(f"{unit}@{instance.text}{path.suffix}", lines, list(parts))


def _instances(unit: str, suffix: str, neighbours: NeighbourFiles) -> Iterator[Located]:
    """The names of instances, each where the tree first mentions it."""
    root = neighbours.at_root()
    for instance, (path, start) in neighbours.once("units", lambda: _mentioned(root)).get(unit, {}).items():
        name = instance.removesuffix(".").removesuffix(suffix)
        if name and name not in (suffix, suffix.lstrip(".")):
            yield Located(name, Lines(root.shown(path), root.text(path) or "").span(start, start + len(name)))


def _mentioned(root: NeighbourFiles) -> dict[str, dict[str, tuple[str, int]]]:
    """Every ``unit@instance`` of the tree: unit → instance → path and offset of the first one."""
    found: dict[str, dict[str, tuple[str, int]]] = {}
    paths = [path for path in root.paths() if _suffix(path) in _MENTIONING]
    for path in paths[:_MOST_FILES]:
        text = root.text(path) or ""
        for one in _INSTANCE.finditer(text) if "@" in text else ():
            instances = found.setdefault(one["unit"], {})
            if len(instances) <= _MOST:
                instances.setdefault(one["name"], (path, one.start("name")))
    return found


def _suffix(path: str) -> str:
    name = path.rpartition("/")[2]
    return name[name.rfind(".") :] if "." in name[1:] else ""


def _part(found: re.Match[str], instance: Located) -> Part:
    if found["letter"] == "%":
        return Part("%", found.start(), 2)
    name = instance.text
    if found["letter"] == "I":
        name = _ESCAPED.sub(lambda one: chr(int(one["code"], 16)), name.replace("-", "/"))
    return Part(name, found.start(), 2, instance.at)
