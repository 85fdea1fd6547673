"""Reads a scanned tree's files: which readers take which file, and the uses that they find."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import translate
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from modelcheck.documents import TextFile, parse_text
from modelcheck.documents.yamlfile import YamlFile, parse_yaml
from modelcheck.engine.store import FactStore
from modelcheck.engine.suppressions import MARK, Suppression, read_suppressions
from modelcheck.errors import Absent, Broken
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers import NeighbourFiles
from modelcheck.registry import Reader, Registry
from modelcheck.sources import Source

MAX_SCANNED = 4 * 2**20
MAX_USES = 1000
"""Models of one file: a catalogue of more of them is no deployment."""
_PARSERS: dict[type, Any] = {YamlFile: parse_yaml, TextFile: parse_text}


@dataclass(slots=True)
class Scanned:
    """What one tree's files gave. ``read`` counts the files that fit a reader; ``left`` is path → why it was not read.

    ``suppressions`` are the comments that ignore a rule.
    """

    uses: list[ModelUse] = field(default_factory=list)
    read: int = 0
    left: dict[str, str] = field(default_factory=dict)
    suppressions: list[Suppression] = field(default_factory=list)


class TreeReader:
    """Runs every reader over a tree's files. ``store`` runs the readers and keeps what went wrong."""

    def __init__(self, registry: Registry, tree: Source, store: FactStore) -> None:
        self.tree = tree
        self.store = store
        self._readers = sorted(registry.readers.values(), key=lambda reader: reader.name)
        self._mentions = {reader.name: tuple(mention.encode() for mention in reader.mentions) for reader in self._readers}
        self._fits = {
            reader.name: re.compile("|".join(translate(pattern.lower()) for pattern in reader.files)) for reader in self._readers
        }

    def fit(self, path: str) -> list[Reader]:
        """The readers whose patterns fit a file's name."""
        name = PurePosixPath(path).name.lower()
        return [reader for reader in self._readers if self._fits[reader.name].fullmatch(name)]

    def scan(self, paths: Iterable[str]) -> Scanned:
        """Read the files at ``paths`` (from the tree's root)."""
        scanned = Scanned()
        seen: dict[tuple[str, str, int | None], int] = {}
        for path in paths:
            readers = self.fit(path)
            if not readers:
                continue
            scanned.read += 1
            many = islice(self._uses(path, readers, scanned), MAX_USES + 1)
            for number, use in enumerate(many, 1):
                if number > MAX_USES:
                    scanned.left[self.tree.shown(path)] = f"was read to its {MAX_USES}th model: it names more than that"
                    break
                key = (use.model, use.at.path, use.at.line)
                if key not in seen:
                    seen[key] = len(scanned.uses)
                    scanned.uses.append(use)
                elif scanned.uses[seen[key]].purpose == "unknown" != use.purpose:
                    scanned.uses[seen[key]] = use  # a variable that somewhere else a command takes
        return scanned

    def _uses(self, path: str, readers: list[Reader], scanned: Scanned) -> Iterator[ModelUse]:
        shown = self.tree.shown(path)
        try:
            content = self.tree.read(path, MAX_SCANNED)
        except Absent:
            return
        except Broken as broken:
            scanned.left[shown] = broken.message
            return
        if MARK in content:
            scanned.suppressions += read_suppressions(shown, content.decode("utf-8", "replace"))
        lowered = content.lower()
        wanted = [reader for reader in readers if any(mention in lowered for mention in self._mentions[reader.name])]
        given: dict[type, Any] = {NeighbourFiles: NeighbourFiles(self.tree, PurePosixPath(path).parent.as_posix())}
        unread: set[type] = set()
        for reader in wanted:
            kinds = [need.kind for need in reader.needs]
            for kind in kinds:
                if kind not in given and kind not in unread and not self._parse(kind, shown, content, given, scanned):
                    unread.add(kind)
            if not unread.intersection(kinds):
                yield from self._run(reader, [given[kind] for kind in kinds])

    def _parse(self, kind: type, shown: str, content: bytes, given: dict[type, Any], scanned: Scanned) -> bool:
        """Parse a file for the readers of one kind; False, and noted, where it is not of that kind."""
        try:
            given[kind] = _PARSERS[kind](shown, content)
        except Broken as broken:
            if b"{{" in content:
                scanned.left[shown] = "is a template of YAML, not YAML itself"
            else:
                self.store.trouble.broken.setdefault((shown, broken.message), broken)
            return False
        return True

    def _run(self, reader: Reader, arguments: list[Any]) -> Iterator[ModelUse]:
        try:
            yield from list(reader.function(*arguments))
        except Exception as error:  # noqa: BLE001 - a plug-in's fault must not take the others' results along
            self.store.crashed(reader, error)
