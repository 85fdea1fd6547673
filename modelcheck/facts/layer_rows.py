"""Reads the rows of a checkpoint's weights that are compared with those of another: few bytes, and the same rows of every model."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from modelcheck.errors import Broken
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.layer_matrices import Headers, LayerMatrices
from modelcheck.findings import Span
from modelcheck.limits import uncounted
from modelcheck.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelcheck.facts.matrix import Matrix
    from modelcheck.matching.rows import Axis, Rows

ROWS = 16
"""Rows of one matrix. All 16 stay in their place by chance once in 2 × 10¹³ times."""
_GAP = 64
"""Bytes between two matrices that are read with one request: GGUF files align each."""
_STARTS = (1024, 128, 16, 0)
"""Where the rows of an embedding begin: the first of these that it has, so that one with new tokens at its end has the same."""


def layer_rows(
    source: Source, listing: FileListing, gguf: GgufMetadata | None, headers: Headers
) -> tuple[Callable[[], Mapping[str, tuple[int, ...]]], Callable[[str], Rows]]:
    """Return what lists the parts, and what reads one of them once. Nothing is read before."""
    matrices = LayerMatrices(listing, gguf, headers)
    ranges = _Ranges(source, matrices)

    @cache
    def read(part: str) -> Rows:
        return _rows(ranges, part)

    return cache(matrices.parts), read


class _Ranges:
    """Reads the rows of a part, and with those of "gate" also those of "up" where they follow in the file, as they mostly do."""

    def __init__(self, source: Source, matrices: LayerMatrices) -> None:
        self.matrices = matrices
        self._source = source
        self._ready: dict[tuple[str, int], bytes] = {}

    def read(self, part: str, matrix: Matrix, start: int, count: int) -> bytes:
        """The bytes of ``count`` rows from ``start``. Raises Broken if the file is shorter, Unavailable."""
        place, length = matrix.start + start * matrix.width, count * matrix.width
        if (matrix.path, place) in self._ready:
            return self._ready.pop((matrix.path, place))
        end = place + length
        following = self.matrices.known(part.removesuffix("gate") + "up") if part.endswith(" gate") else None
        if following is not None and following.path == matrix.path and 0 <= following.start - end <= _GAP:
            end = following.start + min(ROWS, following.rows) * following.width
        raw = self._source.read_range(matrix.path, place, end - place)
        if len(raw) < end - place:
            raise Broken(Span(matrix.path), f"ends within the rows of {matrix.name[:80]!r}")
        if following is not None and end > place + length:
            self._ready[matrix.path, following.start] = raw[following.start - place :]
        return raw[:length]


def _rows(ranges: _Ranges, part: str) -> Rows:
    """The rows of a part: of an embedding some in its middle, of "gate" the last ones, since "up" often follows in the file."""
    with uncounted():
        import numpy as np

    from modelcheck.matching.rows import Rows

    matrix = ranges.matrices.matrix(part)
    count = min(ROWS, matrix.rows)
    if part == "embedding":
        start = next(start for start in _STARTS if start + count <= matrix.rows)
    else:
        start = matrix.rows - count if part.endswith(" gate") else 0
    values = np.asarray(matrix.decode(ranges.read(part, matrix, start, count)), dtype=np.float32).reshape(count, -1)
    axis: Axis = "columns" if part == "embedding" or part.endswith(("query", "value")) else "rows"
    return Rows(part, matrix.name, (matrix.rows, values.shape[1]), matrix.kind, axis, matrix.rounding, values, matrix.scaled)
