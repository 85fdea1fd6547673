"""Compose projects of several files: ``extends``, ``include``, the override beside a file, and further files laid over it.

Merged as the Compose specification says (https://docs.docker.com/reference/compose-file/merge/): mappings by key, commands
replaced, other lists appended.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from modelcheck.declarations import reader
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.findings import Unresolved
from modelcheck.patterns import lazy
from modelcheck.readers import Assembled, NeighbourFiles
from modelcheck.readers.assembly.merging import Files, mapping, merge_mappings, sequence, split_pair
from modelcheck.readers.launch.build import text_at
from modelcheck.records import replace

_REPLACED = frozenset(("command", "entrypoint", "test", "extends"))
_BY_NAME = frozenset(("environment", "labels", "args", "extra_hosts", "sysctls", "annotations", "build_args"))
_BASE = lazy(r"(?:docker-)?compose\.ya?ml")
_MOST = 20
_DEEPEST = 10
_REMOTE = ("http://", "https://", "git@", "oci://", "ssh://", "git://")


@reader(files=("*.yml", "*.yaml"), mentions=("services:", "include:"))
def compose(file: YamlFile, neighbours: NeighbourFiles) -> Iterator[Assembled | Unresolved]:
    """The services of a file with those that it extends and includes, and with each file that is laid over it."""
    for document in file.documents:
        services, included = document.get("services"), document.get("include")
        if (services is None and included is None) or document.get("apiVersion") is not None:
            continue
        project = Project(file, neighbours)
        whole = project.resolve(document, neighbours)
        if whole is not document:
            yield Assembled("compose.yaml", project.files.assembled((whole,)))
        if services is not None:
            yield from _overlaid(file, document, neighbours)
        yield from project.files.unresolved


def _overlaid(file: YamlFile, document: Node, neighbours: NeighbourFiles) -> Iterator[Assembled]:
    """One project for the override beside the file, and one for each further file that completes its services."""
    override, further = _overlays(file, neighbours)
    for paths in ([override] if override else [], *([override, path] if override else [path] for path in further[:_MOST])):
        project, merged = Project(file, neighbours), document
        for path in paths:
            over = project.files.take(neighbours, path)
            for one in over.documents if over is not None else ():
                if path == override or _completes(one, document):
                    merged = merge_services(merged, one)
        if merged is not document:
            yield Assembled("compose.yaml", project.files.assembled((project.resolve(merged, neighbours),)))


def _overlays(file: YamlFile, neighbours: NeighbourFiles) -> tuple[str | None, list[str]]:
    """The override that Compose reads by itself, and the other files beside a base file whose names begin with its name."""
    path = PurePosixPath(file.path)
    if not _BASE.fullmatch(path.name.lower()):
        return None, []
    names = [name for name in neighbours.names_beside() if name.endswith((".yml", ".yaml")) and name.startswith(f"{path.stem}.")]
    overrides = [name for name in names if PurePosixPath(name).stem == f"{path.stem}.override"]
    return (overrides[0] if overrides else None), [name for name in names if name not in (path.name, *overrides)]


def _completes(over: Node, base: Node) -> bool:
    """Whether a file gives only parts of a service of the base: one that stands alone is a project of its own."""
    known = base.get("services")
    own = over.get("services")
    return any(
        known is not None and known.get(name) is not None and service.get("image") is None and service.get("build") is None
        for name, service in (own.items() if own is not None else ())
    )


class Project:
    """One Compose project."""

    def __init__(self, file: YamlFile, neighbours: NeighbourFiles) -> None:
        self.files = Files(file, neighbours)

    def resolve(self, document: Node, neighbours: NeighbourFiles, above: tuple[str, ...] = ()) -> Node:
        """The document with its services whole; the document itself where nothing is extended or included."""
        services = document.get("services")
        whole: dict[str, Node] = {}
        for entry in self._entries(document):
            whole |= self._included(entry, neighbours, (*above, document.path))
        for name, service in services.items() if services is not None else ():
            whole[name] = self._extended(name, service, document, neighbours, ())
        if services is not None and document.get("include") is None:
            own = services.children or {}
            if all(own.get(name) is service for name, service in whole.items()):
                return document
        at = services if services is not None else document
        return mapping(document, {**(document.children or {}), "services": mapping(at, whole)})

    @staticmethod
    def _entries(document: Node) -> list[Node]:
        included = document.get("include")
        return [] if included is None else [included] if included.text else list(included)

    def _included(self, entry: Node, neighbours: NeighbourFiles, above: tuple[str, ...]) -> dict[str, Node]:
        """The services of an entry of ``include``: a path, or a mapping whose files are laid over one another."""
        given = entry if entry.text else entry.get("path")
        merged: Node | None = None
        beside = neighbours
        for node in () if given is None else (given,) if given.text else given:
            file = self._take(node, neighbours, above)
            if file is None:
                continue
            beside = neighbours.beside(file.path)
            for document in file.documents:
                merged = document if merged is None else merge_services(merged, document)
        if merged is None or len(above) > _DEEPEST:
            return {}
        services = self.resolve(merged, beside, above).get("services")
        return dict(services.items()) if services is not None else {}

    def _extended(
        self, name: str, service: Node, document: Node, neighbours: NeighbourFiles, above: tuple[tuple[str, str], ...]
    ) -> Node:
        """A service over the one that it extends."""
        extends = service.get("extends")
        if extends is None:
            return service
        here = (document.path, name)
        if here in above or len(above) > _DEEPEST:
            self.files.tell(extends, f"the service {name} extends itself")
            return service
        file, other = extends.get("file"), extends.text or text_at(extends, "service") or ""
        beside = neighbours
        if file is not None and file.text:
            opened = self._take(file, neighbours, ())
            if opened is None:
                return service
            document, beside = opened.documents[0] if opened.documents else document, neighbours.beside(opened.path)
        base = document.get("services", other)
        if base is None:
            self.files.tell(extends, f"the service {other} that {name} extends is missing")
            return service
        return merge_service(self._extended(other, base, document, beside, (*above, here)), service)

    def _take(self, node: Node, neighbours: NeighbourFiles, above: tuple[str, ...]) -> YamlFile | None:
        """The file that a node names; None, and a word about it, where it cannot be followed."""
        path = node.text or ""
        if path.startswith(_REMOTE):
            self.files.tell(node, f"{path} is not on this machine")
        elif "$" in path:
            self.files.tell(node, f"{path} has a variable in its path")
        else:
            file = self.files.take(neighbours, path)
            if file is None:
                self.files.missing(node, neighbours)
            elif file.path not in above:
                return file
            else:
                self.files.tell(node, f"{path} includes itself")
        return None


def merge_services(base: Node, over: Node) -> Node:
    """One file laid over another: their services by name."""
    own, other = base.get("services"), over.get("services")
    if own is None or other is None:
        return base if other is None else mapping(base, {**(base.children or {}), "services": other}, over)
    services = merge_mappings(own, other, lambda _, old, new: merge_service(old, new))
    return mapping(base, {**(over.children or {}), **(base.children or {}), "services": services}, over)


def merge_service(base: Node, over: Node) -> Node:
    """One service laid over another."""
    if base.children is None or over.children is None:
        return over
    return merge_mappings(base, over, _merged, deletes=lambda child: child.tag == "!reset")


def _merged(key: str, base: Node, over: Node) -> Node:
    if key in _REPLACED or over.tag == "!override" or over.text is not None:
        return replace(over, tag=None) if over.tag == "!override" else over
    if key in _BY_NAME:
        return merge_mappings(_by_name(base), _by_name(over), lambda _, __, new: new)
    if base.children is not None and over.children is not None:
        return merge_service(base, over)
    if base.elements is not None and over.elements is not None:
        return sequence(base, (*base.elements, *over.elements))
    return over


def _by_name(node: Node) -> Node:
    """A list of ``NAME=value`` as a mapping."""
    if node.elements is None:
        return node
    return mapping(node, dict(filter(None, map(split_pair, node.elements))))
