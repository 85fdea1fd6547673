"""The Hub's answer about a repository, checked: its commit, its files, and what the bytes of each must be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from modelcheck.patterns import lazy
from modelcheck.records import record

COMMIT = lazy(r"[0-9a-f]{40}")
SHA256 = lazy(r"[0-9a-f]{64}")


@record(eq=True)
class Listed:
    """One file: its size in bytes, and its digest: SHA-256 of a file in LFS, the id of the Git blob of another."""

    size: int | None
    digest: str | None

    def fits(self, content: bytes) -> bool:
        """Whether these are the bytes of the file, as far as the listing says."""
        return self.size in (None, len(content)) and (self.digest is None or is_digest(self.digest, content))


def is_digest(digest: str, content: bytes) -> bool:
    """Whether a SHA-256, or the id of a Git blob, is that of ``content``."""
    import hashlib  # loads OpenSSL, which a hook need not

    if SHA256.fullmatch(digest):
        return hashlib.sha256(content).hexdigest() == digest
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() == digest


def listed_files(info: object) -> dict[str, Listed]:
    """Return the files of an answer by their paths. Raises ValueError for another form, and for a path that leads out."""
    siblings = info.get("siblings") or [] if isinstance(info, dict) else None
    if not isinstance(info, dict) or not isinstance(siblings, list) or not _matches(COMMIT, info.get("sha")):
        raise ValueError("no commit or no list of files")
    return dict(map(_listed, siblings))


def _listed(sibling: object) -> tuple[str, Listed]:
    if not isinstance(sibling, dict):
        raise ValueError("a file that is no object")  # noqa: TRY004 - the form of an answer, not a type of ours
    path, size = sibling.get("rfilename"), sibling.get("size")
    inside = isinstance(path, str) and "\0" not in path and not {"", ".", ".."} & set(path.split("/"))
    if not inside or not (size is None or (type(size) is int and size >= 0)):
        raise ValueError("a file without a path inside the repository, or with a size that is none")
    return str(path), Listed(size, _digest(sibling))


def _digest(sibling: Mapping[str, Any]) -> str | None:
    lfs = sibling.get("lfs")
    digest = lfs.get("sha256") if isinstance(lfs, dict) else sibling.get("blobId")
    return digest if _matches(SHA256 if isinstance(lfs, dict) else COMMIT, digest) else None


def _matches(pattern: re.Pattern[str], text: object) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None
