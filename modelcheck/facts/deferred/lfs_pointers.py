"""Files that are git-lfs pointers because git-lfs was not installed when the repository was cloned."""

from __future__ import annotations

from modelcheck.declarations import fact
from modelcheck.errors import Absent, Broken
from modelcheck.facts.file_listing import FileListing
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source

POINTER = b"version https://git-lfs"
_SHORTEST, _LONGEST = 100, 400
_MOST = 2000
_SHOWN = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".ico", ".pdf", ".mp4", ".webm", ".mov", ".mp3", ".wav", ".flac",
    ".ogg", ".zip", ".gz", ".parquet", ".arrow", ".csv", ".jsonl", ".ipynb",
)  # fmt: skip
"""Images and data: no library opens them to load the model."""


@record()
class LfsPointers:
    """``paths`` are the files that hold a pointer instead of their content, without images and data."""

    paths: tuple[str, ...]

    def at(self, path: str) -> Span:
        """The file, at its first line."""
        return Span(path, 1)


@fact(cost="files")
def lfs_pointers(source: Source, listing: FileListing) -> LfsPointers:
    """From the first bytes of files that are as short as a pointer."""
    if source.kind in ("hub", "cache"):
        raise Absent("the Hub returns the files themselves", ordinary=True)
    found = []
    short = [
        path
        for path, size in listing.sizes.items()
        if size is not None and _SHORTEST <= size <= _LONGEST and not path.lower().endswith(_SHOWN)
    ]
    for path in sorted(short)[:_MOST]:
        try:
            if source.read_range(path, 0, len(POINTER)) == POINTER:
                found.append(path)
        except (Absent, Broken):
            continue  # reported by the fact that needs the file
    return LfsPointers(tuple(found))
