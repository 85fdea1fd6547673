"""Patches of Kubernetes manifests: strategic merges, and the operations of RFC 6902."""

from __future__ import annotations

import re
from collections.abc import Sequence

from modelcheck.documents.yamlfile import Node
from modelcheck.readers.assembly.merging import is_null, mapping, merge_mappings, sequence
from modelcheck.readers.launch.build import text_at
from modelcheck.records import replace

_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "volumes": "name",
    "env": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
    "imagePullSecrets": "name",
}
"""Lists whose elements are merged by a key, in Kubernetes' own kinds; any other list is replaced."""
_LONGEST = 300


def matches(manifest: Node, target: Node, *, pattern: bool = False) -> bool:
    """Whether a manifest has the kind and the name of a target. Of a ``target`` in a kustomization, both are patterns."""
    wanted = [
        (("kind",), text_at(target, "kind")),
        (("metadata", "name"), text_at(target, "name") if pattern else text_at(target, "metadata", "name")),
    ]
    return all(text is None or _is(text_at(manifest, *keys) or "", text, pattern=pattern) for keys, text in wanted)


def _is(text: str, wanted: str, *, pattern: bool) -> bool:
    if text == wanted or not pattern or len(wanted) > _LONGEST:
        return text == wanted
    # Only "any text" is taken from the pattern: any other expression is untrusted, and may take for ever.
    first, *parts = re.split(r"\.[*+]", wanted.strip("^$"))
    if not parts or not text.startswith(first):
        return text == first
    place = len(first)
    for part in parts[:-1]:
        place = text.find(part, place) + len(part)
        if place < len(part):
            return False
    return len(text) - place >= len(parts[-1]) and text.endswith(parts[-1])


def patch_manifest(base: Node, over: Node, key: str = "") -> Node:
    """A strategic merge: mappings by key, lists of containers and the like by name, null and ``$patch`` as they say."""
    if base.children is not None and over.children is not None:
        if text_at(over, "$patch") == "replace":
            return mapping(over, {name: child for name, child in over.children.items() if name != "$patch"})
        return merge_mappings(base, over, lambda name, old, new: patch_manifest(old, new, name), deletes=is_null)
    if base.elements is not None and over.elements is not None and key in _KEYS:
        return _merge_lists(base, over, _KEYS[key])
    return over


def _merge_lists(base: Node, over: Node, key: str) -> Node:
    by_key = {text_at(one, key): one for one in over}
    if any(name is None for name in by_key):
        return over
    kept = [one for one in base if text_at(by_key.get(text_at(one, key)), "$patch") != "delete"]
    merged = [patch_manifest(one, by_key.pop(text_at(one, key))) if text_at(one, key) in by_key else one for one in kept]
    return sequence(base, (*merged, *(one for one in by_key.values() if text_at(one, "$patch") != "delete")))


def patch_json(manifest: Node, operations: Node) -> Node:
    """The operations of a patch in order; one that does not fit is passed over."""
    for operation in operations:
        path = (text_at(operation, "path") or "").split("/")[1:]
        keys = [part.replace("~1", "/").replace("~0", "~") for part in path]
        kind, value = text_at(operation, "op"), operation.get("value")
        if kind in ("add", "replace", "remove") and keys and (value is not None or kind == "remove"):
            manifest = _changed(manifest, keys, kind or "", value)
        elif kind in ("copy", "move"):
            source = _found(manifest, (text_at(operation, "from") or "").split("/")[1:])
            manifest = _changed(manifest, keys, "add", source) if source is not None and keys else manifest
    return manifest


def _found(node: Node | None, keys: Sequence[str]) -> Node | None:
    for key in keys:
        if node is not None and node.elements is not None:
            node = node.elements[int(key)] if key.isdecimal() and int(key) < len(node.elements) else None
        else:
            node = node.get(key) if node is not None else None
    return node


def _changed(node: Node, keys: Sequence[str], kind: str, value: Node | None) -> Node:
    key, rest = keys[0], keys[1:]
    if node.elements is not None:
        elements = list(node.elements)
        place = len(elements) if key == "-" else int(key) if key.isdecimal() and len(key) < 9 else -1
        if rest and 0 <= place < len(elements):
            elements[place] = _changed(elements[place], rest, kind, value)
        elif not rest and kind == "add" and value is not None and 0 <= place <= len(elements):
            elements.insert(place, value)
        elif not rest and 0 <= place < len(elements):
            elements[place : place + 1] = [] if value is None else [value]
        return sequence(node, elements)
    if node.children is None:
        return node
    children = dict(node.children)
    if rest and key in children:
        children[key] = _changed(children[key], rest, kind, value)
    elif not rest and value is not None:
        children[key] = value
    elif not rest:
        children.pop(key, None)
    return replace(mapping(node, children), keys={**node.keys, **({key: value.span} if value is not None and not rest else {})})
