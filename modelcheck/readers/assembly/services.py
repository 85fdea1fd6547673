"""The Services of a tree's manifests: the names and ports by which other files reach a pod."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from modelcheck.documents.yamlfile import Node
from modelcheck.readers.neighbours import NeighbourFiles

_MOST = 2_000


def service_addresses(labels: Node | None, neighbours: NeighbourFiles) -> tuple[str, ...]:
    """``name:port`` of each Service that selects a pod with these labels, in the pod's folder or one above or below it."""
    if neighbours.cache.alone:
        return ()
    own = {name: node.text for name, node in labels.items()} if labels is not None else {}
    here = PurePosixPath(neighbours.folder)
    return tuple(
        address
        for folder, selector, addresses in _of_tree(neighbours)
        if selector.items() <= own.items() and (folder.is_relative_to(here) or here.is_relative_to(folder))
        for address in addresses
    )


def _of_tree(neighbours: NeighbourFiles) -> list[tuple[PurePosixPath, Mapping[str, str | None], tuple[str, ...]]]:
    """Every Service with its folder, read once for all files."""
    known: list[tuple[PurePosixPath, Mapping[str, str | None], tuple[str, ...]]] | None
    known = neighbours.cache.made.get(("services", ""))
    if known is None:
        known = neighbours.cache.made["services", ""] = []
        root = neighbours.at_root()
        for path in neighbours.paths()[:100_000]:
            if not path.endswith((".yaml", ".yml")) or len(known) >= _MOST:
                continue
            text = root.text(path)
            file = root.yaml(path) if text is not None and "kind: Service" in text else None
            for document in file.documents if file is not None else ():
                selector, name = document.get("spec", "selector"), document.get("metadata", "name")
                kind = document.get("kind")
                if kind is not None and kind.text == "Service" and selector is not None and name is not None and name.text:
                    ports = [port.text for entry in document.get("spec", "ports") or () if (port := entry.get("port")) is not None]
                    wanted = {key: node.text for key, node in selector.items()}
                    if wanted:
                        known.append((PurePosixPath(path).parent, wanted, tuple(f"{name.text}:{port}" for port in ports)))
    return known
