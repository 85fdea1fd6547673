"""The files around a scanned one: read by readers whose format refers to other files, inside the scanned tree only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from pathlib import PurePosixPath
from posixpath import join, normpath
from typing import Any, TypeVar

from modelcheck.documents.text import decode
from modelcheck.documents.yamlfile import Node, YamlFile, parse_yaml
from modelcheck.errors import Absent, Broken
from modelcheck.records import mutable, record, replace
from modelcheck.sources import OnDisk, Source

MAX_NEIGHBOUR = 2**20
_MOST_KEPT = 16 * 2**20
"""Characters of texts that are kept; YAML trees take some ten times as much memory."""
_MOST_SEARCHED = 100_000
T = TypeVar("T")
OUTSIDE = "leads out of the scanned folder"


@mutable
class FileCache:
    """What was read of a tree by its readers: texts, YAML files and paths as reports show them, by path from the tree's root."""

    texts: dict[str, str | None] = field(default_factory=dict)
    yaml: dict[str, YamlFile | None] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    """Path as reports show it → path from the tree's root."""
    paths: tuple[str, ...] | None = None
    size: int = 0
    alone: bool = False
    """Only one file of the tree is scanned: what others say of it is not looked for."""
    made: dict[tuple[str, str], Any] = field(default_factory=dict)
    """What readers made of the tree's files and need again: by a word of theirs, and a path."""

    def parsed(self, shown: str) -> YamlFile | None:
        """A YAML file that was read already, by its path as reports show it."""
        whole = self.shown.get(shown)
        return None if whole is None else self.yaml.get(whole)


@record()
class NeighbourFiles:
    """The files around a scanned one, inside the scanned tree. ``folder`` is the scanned file's, from the tree's root."""

    tree: Source
    folder: str
    cache: FileCache = field(default_factory=FileCache, repr=False)

    def whole(self, path: str) -> str | None:
        """A path from the tree's root, by the path from the scanned file; None if it leads out of the tree."""
        whole = normpath(join(self.folder, path))
        return None if whole.startswith(("../", "/")) or whole == ".." or "\0" in whole else whole

    def text(self, path: str) -> str | None:
        """A file's text by its path from the scanned one; None if it is missing, outside of the tree or unreadable."""
        whole = self.whole(path)
        if whole is None:
            return None
        if whole not in self.cache.texts:
            try:
                text = decode(whole, self.tree.read(whole, MAX_NEIGHBOUR))
            except (Absent, Broken):
                text = None
            self.cache.size += len(text or "")
            if self.cache.size > _MOST_KEPT:
                return text
            self.cache.texts[whole] = text
        return self.cache.texts[whole]

    def yaml(self, path: str) -> YamlFile | None:
        """A YAML file by its path from the scanned one; None where ``text`` is None, and for what is not valid YAML."""
        whole, text = self.whole(path), self.text(path)
        if whole is None or text is None:
            return None
        if whole not in self.cache.yaml:
            try:
                file = parse_yaml(self.shown(path), text.encode())
            except Broken:
                file = None
            if self.cache.size > _MOST_KEPT:
                return file
            self.cache.yaml[whole] = file
        return self.cache.yaml[whole]

    def shown(self, path: str) -> str:
        """A file's path as reports show it, by its path from the scanned file."""
        whole = self.whole(path)
        if whole is None:
            return path
        shown = self.tree.shown(whole)
        self.cache.shown[shown] = whole
        return shown

    def beside(self, shown: str) -> NeighbourFiles:
        """The files around another file, by its path as reports show it: one that ``shown`` or ``yaml`` was asked for."""
        whole = self.cache.shown.get(shown)
        folder = None if whole is None else PurePosixPath(whole).parent.as_posix()
        return self if folder is None or folder == self.folder else self.at(folder)

    def paths(self) -> tuple[str, ...]:
        """Every file of the tree, from its root, in order. Empty where the tree cannot be listed."""
        if self.cache.paths is None:
            try:
                self.cache.paths = tuple(self.tree.files())
            except (Absent, Broken):
                self.cache.paths = ()
        return self.cache.paths

    def names_beside(self) -> list[str]:
        """The names of the files in the scanned file's folder, in order. The rest of the tree is not listed for them."""
        if self.cache.paths is None and isinstance(self.tree, OnDisk):
            try:
                with os.scandir(self.tree.place(self.folder)) as entries:
                    return sorted(entry.name for entry in entries if entry.is_file())
            except (OSError, Broken):
                return []
        return self.names_in(self.folder)

    def names_in(self, folder: str) -> list[str]:
        """The names of the files in a folder of the tree, by its path from the root; the tree is sorted into folders once."""
        return self.once("names", self._by_folder).get(folder or ".", [])

    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.paths():
            above, _, name = path.rpartition("/")
            found.setdefault(above or ".", []).append(name)
        return found

    def once(self, word: str, make: Callable[[], T], path: str = "") -> T:
        """What ``make`` gives, made once for a tree: known by a word, and by a path where there is one for each of many files."""
        key = (word, path)
        if key not in self.cache.made:
            self.cache.made[key] = make()
        made: T = self.cache.made[key]
        return made

    def documents_with(self, word: str) -> Iterator[tuple[PurePosixPath, Node]]:
        """The documents of the tree's YAML files that contain a word, each with its file's folder."""
        root = self.at_root()
        for path in self.paths()[:_MOST_SEARCHED]:
            if path.endswith((".yaml", ".yml")) and word in (root.text(path) or ""):
                file = root.yaml(path)
                folder = PurePosixPath(path).parent
                yield from ((folder, document) for document in (file.documents if file is not None else ()))

    def nearest(self, name: str) -> str | None:
        """The path from the tree's root of the file called ``name``, or of a template of it, that is nearest to the scanned file.

        None if there is none, or if two are as near.
        """
        last = name.rpartition("/")[2]
        called = self.once("files by name", self._by_name)
        found = [path for one in (last, f"{last}.j2") for path in called.get(one, ())]
        ends = (f"/{name}", f"/{name}.j2")
        return self.nearest_of([(PurePosixPath(path).parent, path) for path in found if f"/{path}".endswith(ends)])

    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.paths():
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found

    def nearest_of(self, found: Sequence[tuple[PurePosixPath, T]]) -> T | None:
        """Of things in folders the one that is the fewest steps away; None if there is none, or if two are as near."""
        here = PurePosixPath(self.folder).parts
        near = sorted((_steps_between(here, folder.parts), place) for place, (folder, _) in enumerate(found))
        return found[near[0][1]][1] if near and (len(near) == 1 or near[0][0] < near[1][0]) else None

    def at(self, folder: str) -> NeighbourFiles:
        """The same tree, looked at from a folder by its path from the root."""
        return replace(self, folder=folder)

    def at_root(self) -> NeighbourFiles:
        """The same tree, with paths from its root."""
        return self.at(".")

    def why_not(self, path: str) -> str:
        """Why a file cannot be read, as the end of a sentence about it."""
        whole = self.whole(path)
        if whole is None:
            return OUTSIDE
        try:
            decode(whole, self.tree.read(whole, MAX_NEIGHBOUR))
        except Absent:
            return "is not in the scanned folder"
        except Broken as broken:
            return broken.message
        return "is not valid YAML"


def _steps_between(here: tuple[str, ...], there: tuple[str, ...]) -> int:
    """The number of steps from one folder to another, by their parts."""
    common = 0
    for one, other in zip(here, there, strict=False):
        if one != other:
            break
        common += 1
    return len(here) + len(there) - 2 * common
