"""Which files of a tree Git ignores: by the ``.gitignore`` files in it, and by those above it in the same repository."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from modelcheck.config import exists, is_file
from modelcheck.errors import Absent, Broken
from modelcheck.patterns import lazy
from modelcheck.sources import OnDisk

_NAME = ".gitignore"
_LONGEST = 2**18
_MOST = 2_000
_MOST_STARS = 3
_LONGEST_LINE = 400
_UNUSUAL = lazy(r"[\[\]\\]|^!?\s*$|^!.?$")
"""What may make a line invalid."""
_ANY_TEXT = lazy(r"\[.*\]?|\\.|[^\w.-]+", re.ASCII)
"""What a line has between the words that each path has which it fits."""


class GitIgnore:
    """The rules of a tree. Files that the tree's own files name are read all the same: a ``.env`` is ignored and used."""

    def __init__(self, tree: OnDisk, paths: Iterable[str]) -> None:
        self._specs: dict[str, _Rules] = {}  # by folder, from the tree's root
        own = [path for path in paths if path.rpartition("/")[2] == _NAME][:_MOST]
        for path in own:
            try:
                self._specs[path.rpartition("/")[0]] = _Rules(tree.read(path, _LONGEST).decode("utf-8", "replace"))
            except (Absent, Broken):
                continue
        self._above = _above(tree.root.resolve())

    def ignores(self, path: str) -> bool:
        """Whether a file is ignored: the rules in the nearest folder decide, those above it if they say nothing."""
        folder = path if self._specs else ""
        while folder:
            folder = folder.rpartition("/")[0]
            spec = self._specs.get(folder)
            said = spec.say(path.removeprefix(f"{folder}/") if folder else path) if spec is not None else None
            if said is not None:
                return said
        return next((said for prefix, spec in self._above if (said := spec.say(f"{prefix}{path}")) is not None), False)


class _Rules:
    """The rules of one file. The library that applies them is imported for the first path that has a word of one of them."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()[:_MOST]
        words = {max(_ANY_TEXT.split(line), key=len) for line in self._lines if line.strip() and not line.startswith("#")}
        self._words = frozenset(words if "" not in words else ("",))

    def say(self, path: str) -> bool | None:
        """Whether they ignore a file, by its path from their folder; None if they say nothing of it."""
        if not any(word in path for word in self._words):
            return None
        said = self._spec.check_file(path).include
        return None if said is None else bool(said)

    @cached_property
    def _spec(self) -> Any:
        """A line that is no pattern, or that takes long to match, ignores nothing."""
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(line for line in self._lines if _is_pattern(line))


def _above(root: Path) -> list[tuple[str, _Rules]]:
    """The rules above a tree in its repository, the nearest first, each with the tree's path from there.

    None count if they ignore the tree itself: it was named all the same.
    """
    found: list[tuple[str, _Rules]] = []
    for folder in (root, *root.parents):
        prefix = "".join(f"{part}/" for part in root.relative_to(folder).parts)
        files = [folder / _NAME] if folder != root else []  # the tree's own rules are read with the tree
        texts = map(_text, [*files, folder / ".git" / "info" / "exclude"])
        found += [(prefix, _Rules(text)) for text in texts if text is not None]
        if exists(folder / ".git"):
            return [] if any(spec.say(f"{prefix}x") for prefix, spec in found) else found
    return []  # not in a repository


def _is_pattern(line: str) -> bool:
    if len(line) > _LONGEST_LINE or any(part.count("*") > _MOST_STARS for part in line.split("/")):
        return False
    if not _UNUSUAL.search(line):
        return True
    from pathspec import GitIgnoreSpec

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            GitIgnoreSpec.from_lines([line]).check_file("x")
    except (ValueError, re.error, FutureWarning):
        return False
    return True


def _text(file: Path) -> str | None:
    try:
        return file.read_bytes()[:_LONGEST].decode("utf-8", "replace") if is_file(file) and not file.is_symlink() else None
    except OSError:
        return None
