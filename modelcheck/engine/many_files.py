"""Reads the files of a large folder in several processes: Python runs one thread at a time."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from threading import Thread

from modelcheck.engine.cache.trace import TracedFolder
from modelcheck.engine.file_parts import Part, part_of
from modelcheck.engine.files import Scanned, TreeReader, merged
from modelcheck.engine.store import Trouble
from modelcheck.errors import Broken
from modelcheck.records import record
from modelcheck.registry import Registry
from modelcheck.sources import Source
from modelcheck.sources.folder import FolderSource

WORKER = "modelcheck.engine.file_worker"
_WORTH_A_PROCESS = 200
"""Files that readers may read: a process takes as long to start as it needs for about a hundred."""
_TOGETHER = 32
"""Neighbours in the list, which often are about the same deployment: a process parses each file once."""
Named = Sequence[tuple[str, str]]


@record()
class Processes:
    """At most ``count`` of them, this one included, in which these plug-ins are disabled: name → why."""

    count: int = 1
    disabled: Mapping[str, str] = field(default_factory=dict)


def read_files(registry: Registry, tree: Source, trouble: Trouble, paths: Sequence[str], processes: Processes) -> Scanned:
    """As ``TreeReader.scan``, with the same result, in several processes if there are many files.

    Where a third party's plug-in is installed, whose readers may not work so, this one reads everything.
    """
    reader = TreeReader(registry, tree, trouble)
    worth = processes.count > 1 and len(paths) >= _WORTH_A_PROCESS
    if not worth or registry.lenient or not (type(tree) is FolderSource or type(tree) is TracedFolder):
        return reader.scan(paths)
    named = list(reader.named(paths))
    workers = min(processes.count, len(named) // _WORTH_A_PROCESS + 1) - 1
    return _Reading(reader, tree, named, workers, processes.disabled).scanned(trouble)


class _Reading:
    """The files in pieces, what each process reads of them, and what became of each piece."""

    def __init__(self, reader: TreeReader, tree: FolderSource, named: Named, workers: int, disabled: Mapping[str, str]) -> None:
        self._reader = reader
        self._tree = tree
        self._disabled = disabled
        self._pieces = [named[start : start + _TOGETHER] for start in range(0, len(named), _TOGETHER)]
        self._left = deque(range(len(self._pieces)))
        self._parts: dict[int, Part] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads = [Thread(target=self._work, daemon=True, name="modelcheck-files") for _ in range(workers)]

    def scanned(self, trouble: Trouble) -> Scanned:
        for thread in self._threads:
            thread.start()
        try:
            while self._left:
                with suppress(IndexError):  # another process was faster
                    self._read(self._left.popleft())
            for thread in self._threads:
                thread.join()
        finally:
            for process in self._processes:
                process.kill()
        for number in range(len(self._pieces)):
            if number not in self._parts:  # its process died, or could not say what it found
                self._read(number)
        return self._whole(trouble)

    def _read(self, number: int) -> None:
        self._parts[number] = part_of(self._reader, self._pieces[number])

    def _work(self) -> None:
        """Give pieces to a process until there are none. What fails there is left to this process."""
        with subprocess.Popen(
            [sys.executable, "-P", "-m", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            self._processes.append(process)
            with suppress(Exception):  # whatever it is, this process reads what is not there in the end
                assert process.stdin  # noqa: S101
                assert process.stdout  # noqa: S101
                pickle.dump((self._tree, dict(self._disabled)), process.stdin)
                while True:
                    number = self._left.popleft()
                    pickle.dump(self._pieces[number], process.stdin)
                    process.stdin.flush()
                    part = pickle.load(process.stdout)  # noqa: S301 - of a process of our own
                    if part is not None:
                        self._parts[number] = part
            process.kill()

    def _whole(self, trouble: Trouble) -> Scanned:
        scanned = Scanned()
        parts = [self._parts[number] for number in range(len(self._pieces))]
        for part in parts:
            one = part.scanned
            scanned.read += one.read
            scanned.partial |= one.partial
            scanned.left |= one.left
            scanned.unresolved += one.unresolved
            scanned.suppressions += one.suppressions
            scanned.clients += one.clients
            for span, message in part.broken:
                trouble.broken.setdefault((span.path, message), Broken(span, message))
            trouble.crashes += part.crashes
            trouble.mistakes += part.mistakes
            if isinstance(self._tree, TracedFolder):
                self._tree.trace |= part.trace
                self._tree.complete &= part.complete
        return merged((use for part in parts for use in part.uses), scanned)
