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
_INSTANCE = r"(?<![\w.-]){}@(?P<name>[\w.:\\-]{{1,200}})"
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
    root, pattern, seen = neighbours.at_root(), re.compile(_INSTANCE.format(re.escape(unit))), set[str]()
    paths = [path for path in neighbours.paths() if PurePosixPath(path).suffix in _MENTIONING]
    for path in paths[:_MOST_FILES]:
        text = root.text(path)
        if text is None or f"{unit}@" not in text:
            continue
        lines = Lines(root.shown(path), text)
        for found in pattern.finditer(text):
            name = found["name"].removesuffix(".").removesuffix(suffix)
            if name and name not in seen and name not in (suffix, suffix.lstrip(".")):
                seen.add(name)
                yield Located(name, lines.span(found.start("name"), found.start("name") + len(name)))


def _part(found: re.Match[str], instance: Located) -> Part:
    if found["letter"] == "%":
        return Part("%", found.start(), 2)
    name = instance.text
    if found["letter"] == "I":
        name = _ESCAPED.sub(lambda one: chr(int(one["code"], 16)), name.replace("-", "/"))
    return Part(name, found.start(), 2, instance.at)
