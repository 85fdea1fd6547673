"""Runs readers on the files of a scanned tree: which readers read which file, and the uses that they find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from modelcheck.blame import blame
from modelcheck.code_places import yielded
from modelcheck.declarations import Reader
from modelcheck.discovery import ByFileName, Content
from modelcheck.documents import TextFile, parse_text
from modelcheck.documents.cloudformation import parse_filled_yaml
from modelcheck.documents.text import as_utf8
from modelcheck.documents.yamlfile import YamlFile
from modelcheck.engine.found import Found, checked
from modelcheck.engine.store import Trouble
from modelcheck.engine.suppressions import TAG, Suppression, read_suppressions
from modelcheck.engine.use_table import UseTable
from modelcheck.errors import Absent, Broken, Crash, Exceeded
from modelcheck.facts.model_use import ModelUse
from modelcheck.limits import Limit
from modelcheck.patterns import lazy
from modelcheck.readers import Assembled, Embedded, Unresolved
from modelcheck.readers.filled import Filled
from modelcheck.readers.launch.engines import MENTIONS
from modelcheck.readers.launch.mentions import may_have_clients
from modelcheck.readers.neighbours import FileCache, NeighbourFiles
from modelcheck.records import mutable, replace
from modelcheck.registry import Registry
from modelcheck.sources import OnDisk, Source

if TYPE_CHECKING:
    from modelcheck.readers.launch.clients import Client

MAX_SCANNED = 4 * 2**20
MAX_USES = 1000
"""Models of one file: a catalogue of more of them is not a deployment."""
MAX_DEPTH = 3
"""Files inside of files that are read: a heredoc in a script in a ConfigMap."""
MAX_SECONDS = 3.0
"""Processor time that the readers may take for one file; an ordinary one takes a few milliseconds."""
MAX_WITHOUT_SUFFIX = 2_000
"""Files of a tree that are opened to see their first line, because their names do not say what they are."""
_FIRST_LINE = 64
_HEAD = 8_192
_INTERPRETER = lazy(r"#![ \t]*(\S*/)?(env[ \t]+(-\S+[ \t]+)*(\S*/)?)?((ba|z|k|da|a)?sh|(?P<python>python[\d.]*))(\s|$)")
_PARSERS: dict[type, Any] = {YamlFile: parse_filled_yaml, TextFile: parse_text}


@mutable
class Scanned:
    """What was found in a tree's files.

    ``read`` counts the files that fit a reader; ``left`` is path → why it was not read; ``suppressions`` are the comments that
    ignore a rule; ``unresolved`` could not be followed; ``clients`` ask servers for chats; ``partial``: a file took too long.
    """

    uses: list[ModelUse] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    read: int = 0
    left: dict[str, str] = field(default_factory=dict)
    suppressions: list[Suppression] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    partial: bool = False


class TreeReader:
    """Runs every reader over a tree's files. ``trouble`` gets the files that could not be read, and the readers that crashed."""

    def __init__(self, registry: Registry, tree: Source, trouble: Trouble) -> None:
        self.tree = tree
        self.trouble = trouble
        self._opened = 0
        self._registry = registry
        self._readers_by_name = ByFileName[str]()
        self._mentions: dict[str, tuple[bytes, ...]] = {}
        self._cache = FileCache()
        self._limit = Limit(MAX_SECONDS)
        self._exceeded = ""

    def name_of(self, path: str) -> str | None:
        """The name by which a file is read: its own, or that of the kind that its first line says; None for no file of ours."""
        if self._fits(path):
            return path
        if "." in path.rpartition("/")[2] or not isinstance(self.tree, OnDisk) or self._opened >= MAX_WITHOUT_SUFFIX:
            return None
        self._opened += 1
        try:
            found = _INTERPRETER.match(self.tree.read_range(path, 0, _FIRST_LINE).decode("ascii", "replace"))
        except (Absent, Broken):
            return None
        return ("script.py" if found["python"] else "script.sh") if found else None

    def _fits(self, path: str) -> bool:
        names = _names(path)
        waiting = any(map(self._registry.may_read, names))  # first: what another thread has imported by now is taken below
        self._take(self._registry.imported_readers)
        return waiting or any(map(self._readers_by_name.match, names))

    def _take(self, readers: Mapping[str, Reader]) -> None:
        """Add the file names and mentions of readers that have been imported since."""
        for name in readers.keys() - self._mentions.keys():
            self._readers_by_name.add(readers[name].files, name)
            self._mentions[name] = tuple(mention.encode() for mention in readers[name].mentions)

    def readers(self, path: str, content: Content) -> list[Reader]:
        """The readers whose patterns fit a file's name and that mention a word of its content, by their names."""
        found = set[str]()
        for each in _names(path):
            self._take(self._registry.readers_for(each, content))
            found.update(self._readers_by_name.match(each))
        return [self._registry.imported_readers[name] for name in sorted(found) if content.mentions(self._mentions[name])]

    def scan(self, paths: Iterable[str]) -> Scanned:
        """Read the files at ``paths`` (from the tree's root). One model at one place is one use."""
        scanned, paths = Scanned(), list(paths)
        self._cache.alone = len(paths) == 1
        return merged(self.read(self.named(paths), scanned), scanned)

    def named(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The files that readers may read, each with the name by which it is read."""
        return ((path, name) for path in paths if (name := self.name_of(path)) is not None)

    def read(self, named: Iterable[tuple[str, str]], scanned: Scanned) -> Iterator[ModelUse]:
        """The uses of files, as their readers find them. What else they have is added to ``scanned``."""
        for path, name in named:
            scanned.read += 1
            self._limit, self._exceeded = Limit(MAX_SECONDS), ""
            for number, use in enumerate(islice(self._uses(path, name, scanned), MAX_USES + 1), 1):
                if number > MAX_USES:
                    scanned.left[self.tree.shown(path)] = f"was read to its {MAX_USES}th model: it names more than that"
                    break
                yield use
            if self._exceeded:
                scanned.partial = True
                scanned.left[self.tree.shown(path)] = f"was read in part: it {self._exceeded}"

    def _uses(self, path: str, name: str, scanned: Scanned) -> Iterator[ModelUse]:
        shown = self.tree.shown(path)
        try:
            content = as_utf8(self.tree.read(path, MAX_SCANNED))
        except Absent:
            return
        except Broken as broken:
            scanned.left[shown] = broken.message
            return
        if TAG in content or may_have_clients(name, content):
            try:
                self._limit.run(lambda: self._read_as_text(path, name, content, scanned))
            except Exceeded as why:
                self._exceeded = str(why)
        readers = self.readers(name, Content(content))
        if not readers:  # as of most files of a repository
            if b"\0" in content[:_HEAD]:
                scanned.left[shown] = "is not text: it has NUL bytes"
            return
        yield from self._read(path, shown, content, readers, scanned, 0)

    def _read_as_text(self, path: str, name: str, content: bytes, scanned: Scanned) -> None:
        """Add what any file may hold: clients of servers, and comments that ignore rules."""
        shown, text = self.tree.shown(path), content.decode("utf-8", "replace")
        if may_have_clients(name, content):
            from modelcheck.readers.launch.clients import clients_of

            scanned.clients += clients_of(shown, name, content, self._neighbours(path))
        if TAG in content:
            scanned.suppressions += read_suppressions(shown, text)

    def _neighbours(self, path: str) -> NeighbourFiles:
        return NeighbourFiles(self.tree, PurePosixPath(path).parent.as_posix(), self._cache)

    def _read(
        self, path: str, shown: str, content: bytes, readers: Iterable[Reader], scanned: Scanned | None, depth: int
    ) -> Iterator[ModelUse]:
        neighbours = self._neighbours(path)
        given: dict[type, Any] = {NeighbourFiles: neighbours}
        unread: set[type] = set()
        replaced = False
        unresolved = [] if scanned is None else scanned.unresolved
        for reader in readers:
            kinds = [need.kind for need in reader.needs]
            if replaced and YamlFile in kinds:
                continue
            for kind in kinds:
                if kind not in given and kind not in unread and not self._parse(kind, shown, content, given, scanned):
                    unread.add(kind)
            if not unread.intersection(kinds):
                for found in self._run(reader, [given[kind] for kind in kinds], shown):
                    match found:
                        case ModelUse():
                            yield found
                        case Unresolved():
                            unresolved.append(found)
                        case Assembled():
                            replaced = replaced or found.instead
                            yield from self._assembled(found, neighbours, reader)
                        case Filled() if depth < MAX_DEPTH:
                            yield from self._filled(path, found, reader, depth + 1)
                        case Embedded() if depth < MAX_DEPTH:
                            yield from self._inside(path, shown, found, depth + 1)

    def _assembled(self, assembled: Assembled, neighbours: NeighbourFiles, by: Reader) -> Iterator[ModelUse]:
        """The uses in documents that the reader ``by`` put together from several files. Files inside of them are not read again."""
        file, given = assembled.file, {YamlFile: assembled.file, NeighbourFiles: neighbours}
        content = "\n".join((file.text, *file.others.values())).encode("utf-8", "replace")
        for reader in self.readers(assembled.name, Content(content)):
            kinds = [need.kind for need in reader.needs]
            if reader is not by and given.keys() >= set(kinds):
                for found in self._run(reader, [given[kind] for kind in kinds], file.path):
                    if isinstance(found, ModelUse) and (assembled.complete or not found.implied):
                        yield found

    def _filled(self, path: str, filled: Filled, by: Reader, depth: int) -> Iterator[ModelUse]:
        """The uses in a file that the reader ``by`` made from a template, with their places in the template or in its values."""
        content = filled.text.encode("utf-8", "replace")
        readers = [reader for reader in self.readers(filled.name, Content(content)) if reader is not by]
        for use in self._read(path, filled.template.path, content, readers, None, depth):
            at, action = filled.place(use.at)
            used_at = filled.place(use.used_at)[0] if use.used_at else action
            yield replace(use, at=at, used_at=used_at)

    def _inside(self, path: str, shown: str, embedded: Embedded, depth: int) -> Iterator[ModelUse]:
        """The uses in a file inside of a file, with their places in the outer one. What cannot be read of it is not reported."""
        content = embedded.text.encode("utf-8", "replace")
        for use in self._read(path, shown, content, self.readers(embedded.name, Content(content)), None, depth):
            used_at = use.used_at and embedded.place(use.used_at)
            yield replace(use, at=embedded.place(use.at) if use.at.path == shown else use.at, used_at=used_at)

    def _parse(self, kind: type, shown: str, content: bytes, given: dict[type, Any], scanned: Scanned | None) -> bool:
        """Parse a file for readers that ask for ``kind``. Returns False if it is not of that kind, and notes why in ``scanned``."""
        known = self._cache.parsed(shown) if kind is YamlFile and scanned is not None else None  # another file's readers read it
        try:
            given[kind] = known or self._limit.run(lambda: _PARSERS[kind](shown, content))
        except Exceeded as why:
            self._exceeded = str(why)
            return False
        except Broken as broken:
            lowered = content.lower()
            if scanned is None:
                pass
            elif b"{{" in content:
                scanned.left[shown] = "is a template of YAML, not YAML itself"
            elif not any(mention.encode() in lowered for mention in MENTIONS):
                scanned.left[shown] = f"{broken.message}; it names no engine, so this is not reported as an error"
            else:
                self.trouble.broken.setdefault((shown, broken.message), broken)
            return False
        return True

    def _run(self, reader: Reader, arguments: list[Any], shown: str) -> list[Found]:
        """What a reader yields, as far as it comes in the file's time; nothing if it crashes."""
        found: list[Found] = []
        tell = self.trouble.mistakes.append if reader.plugin in self._registry.lenient else None

        def results() -> Iterator[Found]:
            if tell is None:
                return yielded(reader.function(*arguments), checked)
            from modelcheck.engine.results import uses_of
            from modelcheck.read_only import read_only

            made = reader.function(*[read_only(one) for one in arguments])
            return uses_of(reader, made, arguments, shown, tell)

        try:
            with blame(reader.name, reader.plugin, shown, allow=(Exceeded,), code=reader.function):
                self._limit.run(lambda: found.extend(results()))
        except Exceeded as why:
            self._exceeded = str(why)
            if tell:
                from modelcheck.engine.results import Results

                Results(reader, tell).exceeded(why)
        except Crash as crash:
            self.trouble.crashes.append(crash)
            return []
        return found


def merged(uses: Iterable[ModelUse], scanned: Scanned) -> Scanned:
    """What was scanned, with the uses of all files in their order, each once, and what clients in other files say of them."""
    table = UseTable()
    for use in uses:
        table.add(use)
    scanned.uses = table.uses()
    if scanned.clients:
        from modelcheck.readers.launch.clients import with_clients

        scanned.uses = list(with_clients(scanned.uses, scanned.clients))
    scanned.unresolved = list(dict.fromkeys(scanned.unresolved))
    return scanned


def _names(path: str) -> tuple[str, ...]:
    """A file's name in lower case, and without the suffix of a Jinja template."""
    name = path.rpartition("/")[2].lower()
    return (name, name.removesuffix(".j2")) if name.endswith(".j2") else (name,)
