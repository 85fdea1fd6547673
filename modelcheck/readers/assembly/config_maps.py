"""The ConfigMaps of a tree, which containers of other files take their variables from by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from modelcheck.documents.yamlfile import Node
from modelcheck.readers.neighbours import NeighbourFiles, steps_between

_MOST = 2_000


class ConfigMaps:
    """The data of each ConfigMap by its name: those of ``documents``, else the one in the nearest folder of the tree."""

    def __init__(self, documents: Iterable[Node], neighbours: NeighbourFiles) -> None:
        self._own = dict(config_maps(documents))
        self._neighbours = neighbours

    def get(self, name: str | None) -> Node | None:
        """The data of a ConfigMap; None if there is none, or if two folders as near have one each."""
        if not name:
            return None
        if name in self._own:
            return self._own[name]
        found = _of_tree(self._neighbours).get(name, [])
        here = PurePosixPath(self._neighbours.folder).parts
        near = sorted((steps_between(here, folder), place) for place, (folder, _) in enumerate(found))
        if not near or (len(near) > 1 and near[0][0] == near[1][0]):
            return None
        return found[near[0][1]][1]


def config_maps(documents: Iterable[Node]) -> Iterator[tuple[str, Node]]:
    """Each ConfigMap by its name, with its data."""
    for document in documents:
        kind, name, data = document.get("kind"), document.get("metadata", "name"), document.get("data")
        if kind is not None and kind.text == "ConfigMap" and name is not None and name.text and data is not None:
            yield name.text, data


def _of_tree(neighbours: NeighbourFiles) -> dict[str, list[tuple[tuple[str, ...], Node]]]:
    """Every ConfigMap of the tree's YAML files with its folder, read once for all files."""
    known: dict[str, list[tuple[tuple[str, ...], Node]]] | None = neighbours.cache.made.get(("config maps", ""))
    if known is None:
        known = neighbours.cache.made["config maps", ""] = {}
        root = neighbours.at_root()
        for path in neighbours.paths()[:100_000]:
            if not path.endswith((".yaml", ".yml")) or len(known) >= _MOST:
                continue
            text = root.text(path)
            file = root.yaml(path) if text is not None and "ConfigMap" in text else None
            for name, data in config_maps(file.documents if file is not None else ()):
                known.setdefault(name, []).append((PurePosixPath(path).parent.parts, data))
    return known
