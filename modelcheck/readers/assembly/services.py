"""The Services of a tree's manifests: the names and ports by which other files reach a pod."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from modelcheck.documents.yamlfile import Node
from modelcheck.readers.launch.build import text_at
from modelcheck.readers.neighbours import NeighbourFiles

_MOST = 2_000


class _Service(NamedTuple):
    """A Service: its file's folder, the labels that it selects, and its addresses."""

    folder: PurePosixPath
    selector: Mapping[str, str | None]
    addresses: tuple[str, ...]


def service_addresses(labels: Node | None, neighbours: NeighbourFiles) -> tuple[str, ...]:
    """``name:port`` of each Service that selects a pod with these labels, in the pod's folder or one above or below it."""
    if neighbours.cache.alone:
        return ()
    own = {name: node.text for name, node in labels.items()} if labels is not None else {}
    here = PurePosixPath(neighbours.folder)
    return tuple(
        address
        for one in neighbours.once("services", lambda: _of_tree(neighbours))
        if one.selector.items() <= own.items() and (one.folder.is_relative_to(here) or here.is_relative_to(one.folder))
        for address in one.addresses
    )


def _of_tree(neighbours: NeighbourFiles) -> list[_Service]:
    """Every Service of the tree."""
    found: list[_Service] = []
    for folder, document in neighbours.documents_with("kind: Service"):
        selector, name = document.get("spec", "selector"), text_at(document, "metadata", "name")
        if text_at(document, "kind") == "Service" and selector is not None and selector.children and name:
            ports = [port for entry in document.get("spec", "ports") or () if (port := text_at(entry, "port"))]
            wanted = {key: node.text for key, node in selector.items()}
            found.append(_Service(folder, wanted, tuple(f"{name}:{port}" for port in ports)))
        if len(found) >= _MOST:
            break
    return found
