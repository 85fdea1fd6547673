"""Reads deployment files in memory: the models that they use, as every installed reader finds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from modelcheck.declarations import Reader
from modelcheck.discovery import Content
from modelcheck.engine.files import TreeReader
from modelcheck.engine.store import Trouble
from modelcheck.facts.model_use import ModelUse
from modelcheck.testing.checking import Files, find, installed
from modelcheck.testing.memory import MemorySource


def read_uses(
    files: Files | str | bytes, path: str | None = None, *, reader: str | Callable[..., Any] | None = None
) -> list[ModelUse]:
    """Return the models that files use, as ``modelcheck scan`` reads a folder: every installed reader takes part.

    ``files`` is path → content, or the content of one file at ``path``. With ``path``, only that file is read; the others lie
    beside it. ``reader`` is the name or the function of the reader that has to take the file.

    Raises AssertionError if no reader, or not ``reader``, took a file, if a file could not be read, and if a reader crashed.
    """
    if isinstance(files, str | bytes):
        if path is None:
            raise TypeError("read_uses(text, path) needs the path of the file: readers choose files by their names")
        files = {path: files}
    paths = sorted(files) if path is None else [path]
    if any(one not in files for one in paths):
        raise AssertionError(f"there is no file {path!r} among {', '.join(sorted(files)) or 'no files'}")
    trouble = Trouble()
    tree = TreeReader(installed().registry, MemorySource(files), trouble)
    _expect_reader(tree, files, paths, None if reader is None else find_reader(reader))
    scanned = tree.scan(paths)
    for crash in trouble.crashes:
        raise AssertionError(crash.details or str(crash))
    problems = [*(f"{one.span} {one.message}" for one in trouble.broken.values()), *(f"{p} {w}" for p, w in scanned.left.items())]
    if problems:
        raise AssertionError("; ".join(problems))
    return scanned.uses


def find_reader(reader: str | Callable[..., Any]) -> Reader:
    """Return a reader by its name or its function. Raises LookupError."""
    return find("reader", installed().registry.readers, reader)


def _expect_reader(tree: TreeReader, files: Mapping[str, str | bytes], paths: Sequence[str], wanted: Reader | None) -> None:
    """Raises AssertionError unless a reader, ``wanted`` if it is given, takes one of the files."""
    taken: dict[str, Reader] = {}
    for path in paths:
        name, text = tree.name_of(path), files[path]
        content = text.encode() if isinstance(text, str) else text
        if name is not None:
            taken |= {one.name: one for one in tree.readers(name, Content(content))}
    if wanted.name in taken if wanted else taken:
        return
    shown = ", ".join(paths) or "no file"
    if wanted is None:
        raise AssertionError(f"no reader takes {shown}: none declares such a file name and mentions a word of its text")
    raise AssertionError(
        f"{wanted.name} does not take {shown}: it declares files={wanted.files!r} and mentions={wanted.mentions!r}; "
        "a file's name has to match one pattern, and its text has to contain one of the words, which are compared in lower case"
    )
