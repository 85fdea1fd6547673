"""The ConfigMaps of a tree, which containers of other files take their variables from by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from modelcheck.documents.yamlfile import Node
from modelcheck.readers.neighbours import NeighbourFiles

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
        of_tree = self._neighbours.once("config maps", lambda: _of_tree(self._neighbours))
        return self._neighbours.nearest_of(of_tree.get(name, []))


def config_maps(documents: Iterable[Node]) -> Iterator[tuple[str, Node]]:
    """Each ConfigMap by its name, with its data."""
    for document in documents:
        kind, name, data = document.get("kind"), document.get("metadata", "name"), document.get("data")
        if kind is not None and kind.text == "ConfigMap" and name is not None and name.text and data is not None:
            yield name.text, data


def _of_tree(neighbours: NeighbourFiles) -> dict[str, list[tuple[PurePosixPath, Node]]]:
    """Every ConfigMap of the tree by its name, with its file's folder."""
    found: dict[str, list[tuple[PurePosixPath, Node]]] = {}
    for folder, document in neighbours.documents_with("ConfigMap"):
        for name, data in config_maps([document]):
            found.setdefault(name, []).append((folder, data))
        if len(found) >= _MOST:
            break
    return found
