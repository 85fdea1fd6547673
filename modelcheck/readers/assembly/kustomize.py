"""Kustomize: the manifests of each ``kustomization.yaml``, with its resources, patches, generated ConfigMaps and images.

As `kustomize build` puts them together (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/), without plug-ins.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.findings import Unresolved
from modelcheck.readers import Assembled, NeighbourFiles
from modelcheck.readers.assembly.merging import Files, inner_documents, mapping, scalar, split_pair
from modelcheck.readers.assembly.patches import matches, patch_json, patch_manifest
from modelcheck.readers.launch.build import text_at
from modelcheck.readers.launch.variables import read_env_file
from modelcheck.records import replace

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_DEEPEST = 10
_MOST = 2_000
_REMOTE = ("://", "github.com/", "git@", "git::")
_NOT_FOLLOWED = ("helmCharts", "generators", "transformers", "replacements", "vars")


@reader(
    files=("kustomization.yaml", "kustomization.yml", "kustomization"), mentions=("resources", "bases", "patches", "components")
)
def kustomize(file: YamlFile, neighbours: NeighbourFiles) -> Iterator[Assembled | Unresolved]:
    """What a kustomization builds; one that is built by another is one of its own, too."""
    build = Build(file, neighbours)
    documents = [made for document in file.documents for made in build.documents(document, neighbours, (file.path,))]
    if documents:
        yield Assembled("manifest.yaml", build.files.assembled(documents))
    yield from build.files.unresolved


class Build:
    """One build."""

    def __init__(self, file: YamlFile, neighbours: NeighbourFiles) -> None:
        self.files = Files(file, neighbours)

    def documents(self, document: Node, neighbours: NeighbourFiles, above: tuple[str, ...]) -> list[Node]:
        """The manifests of one kustomization, resources first, then what it makes of them."""
        made: list[Node] = []
        for key in ("resources", "bases"):
            for node in document.get(key) or ():
                made += self._resource(node, neighbours, above)
        for node in document.get("configMapGenerator") or ():
            made = self._with_config_map(made, node, neighbours)
        for node in document.get("components") or ():  # it transforms what is there
            made = self._component(made, node, neighbours, above)
        for key in _NOT_FOLLOWED:
            given = document.get(key)
            if given is not None:
                self.files.tell(given, f"{key} of a kustomization are not followed")
        return self._transformed(made[:_MOST], document, neighbours)

    def _resource(self, node: Node, neighbours: NeighbourFiles, above: tuple[str, ...]) -> list[Node]:
        """The manifests of a file, or of the kustomization in a folder."""
        path = node.text or ""
        if any(mark in path for mark in _REMOTE):
            self.files.tell(node, f"{path} is not on this machine")
            return []
        folder = self._kustomization(neighbours, path)
        file = folder or self.files.take(neighbours, path)
        if file is None:
            self.files.missing(node, neighbours)
            return []
        if folder is None:
            return list(file.documents)
        if folder.path in above or len(above) > _DEEPEST:
            self.files.tell(node, f"{path} is built from itself")
            return []
        beside = neighbours.beside(folder.path)
        return [made for document in folder.documents for made in self.documents(document, beside, (*above, folder.path))]

    def _kustomization(self, neighbours: NeighbourFiles, path: str) -> YamlFile | None:
        named = (f"{path}/{name}" for name in _NAMES)
        return next((file for file in (self.files.take(neighbours, one) for one in named if neighbours.text(one)) if file), None)

    def _component(self, made: list[Node], node: Node, neighbours: NeighbourFiles, above: tuple[str, ...]) -> list[Node]:
        folder = self._kustomization(neighbours, node.text or "")
        if folder is None:
            self.files.missing(node, neighbours)
            return made
        if folder.path in above or len(above) > _DEEPEST:
            self.files.tell(node, f"{node.text} is built from itself")
            return made
        beside = neighbours.beside(folder.path)
        for document in folder.documents:
            made = self._transformed(made + self.documents(document, beside, (*above, folder.path)), document, beside)
        return made

    def _with_config_map(self, made: list[Node], node: Node, neighbours: NeighbourFiles) -> list[Node]:
        """The manifests with a generated ConfigMap; ``behavior: merge`` adds to one that a base brings."""
        data = dict(filter(None, map(split_pair, node.get("literals") or ())))
        envs = [*(node.get("envs") or ()), *filter(None, [node.get("env")])]
        for entry in envs:
            text = neighbours.text(entry.text or "")
            if text is None:
                self.files.missing(entry, neighbours)
                continue
            path = neighbours.shown(entry.text or "")
            self.files.texts[path] = text
            for key, value in read_env_file(path, text).items():
                at = value.at
                data[key] = replace(
                    scalar(value.text, node),
                    path=path,
                    line=at.line or 1,
                    column=at.column or 1,
                    end_line=at.end_line or 1,
                    end_column=at.end_column or 1,
                )
        name = text_at(node, "name")
        if node.get("behavior") is not None:
            before = next(
                (one for one in made if text_at(one, "kind") == "ConfigMap" and text_at(one, "metadata", "name") == name), None
            )
            known = before.get("data") if before is not None and text_at(node, "behavior") == "merge" else None
            data = {**(dict(known.items()) if known is not None else {}), **data}
            made = [one for one in made if one is not before]
        metadata = mapping(node, {"name": scalar(name or "", node)})
        whole = {
            "apiVersion": scalar("v1", node),
            "kind": scalar("ConfigMap", node),
            "metadata": metadata,
            "data": mapping(node, data),
        }
        return [*made, mapping(node, whole)]

    def _transformed(self, made: list[Node], document: Node, neighbours: NeighbourFiles) -> list[Node]:
        for node in document.get("patchesStrategicMerge") or ():
            for patch in self._patches(node, neighbours):
                made = [patch_manifest(one, patch) if matches(one, patch) else one for one in made]
        for key in ("patches", "patchesJson6902"):
            for entry in document.get(key) or ():
                given = entry.get("path") or entry.get("patch")
                for patch in self._patches(given, neighbours) if given is not None else ():
                    made = [_patched(one, patch, entry.get("target")) for one in made]
        images = document.get("images")
        return [_with_images(one, images) for one in made] if images is not None else made

    def _patches(self, node: Node, neighbours: NeighbourFiles) -> tuple[Node, ...]:
        """The patches that a node holds or whose file it names."""
        text = node.text or ""
        if "\n" in text or text.lstrip().startswith(("{", "[")):
            return inner_documents(node, self.files.text(node))
        file = self.files.take(neighbours, text)
        if file is None:
            self.files.missing(node, neighbours)
        return file.documents if file is not None else ()


def _patched(manifest: Node, patch: Node, target: Node | None) -> Node:
    """A manifest with a patch, if the patch is meant for it: by its target, else by its own kind and name."""
    if not matches(manifest, target if target is not None else patch, pattern=target is not None):
        return manifest
    return patch_json(manifest, patch) if patch.elements is not None else patch_manifest(manifest, patch)


def _with_images(node: Node, images: Node, depth: int = 0) -> Node:
    """A manifest with the new names of its images."""
    if depth > 24:
        return node
    if node.elements is not None:
        return replace(node, elements=tuple(_with_images(one, images, depth + 1) for one in node.elements))
    if node.children is None:
        return node
    children = {key: _with_images(child, images, depth + 1) for key, child in node.children.items()}
    image = children.get("image")
    name = (image.text or "").partition("@")[0] if image is not None else ""
    plain = name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
    new = next((one.get("newName") for one in images if text_at(one, "name") == plain), None)
    if image is not None and new is not None and new.text:
        children["image"] = new
    return replace(node, children=children)
