"""A few rows of one matrix of a model's weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from modelcheck.records import record

if TYPE_CHECKING:
    from numpy import ndarray

Axis = Literal["rows", "columns"]
_FEWEST = 4
_TWIN = 0.9999
"""Two rows of one model with a higher cosine are copies of each other, and say nothing about their order."""


@record()
class Rows:
    """``values`` are some rows of the matrix ``name``, rows × width, 32-bit floats; ``shape`` is that of the whole matrix.

    ``part`` names the matrix in the same way for every model: ``layer 0 up``, say. ``axis`` says what of ``values`` has an order
    that a training leaves to chance: its rows (the units of an MLP), or its columns (the dimensions that all layers share).
    ``rounding`` is the relative error of a value that its type allows for, and ``kind`` is the name of the type. ``scaled`` says
    that each row may be a multiple of the real one. ``digest`` is that of the values, of which a sketch keeps less.
    """

    part: str
    name: str
    shape: tuple[int, ...]
    kind: str
    axis: Axis
    rounding: float
    values: ndarray
    scaled: bool = False
    digest: str | None = None

    @property
    def vectors(self) -> ndarray:
        """What is matched with that of another model: one vector in each row."""
        if self.axis == "rows":
            return self.values
        width = self.values.shape[1]
        step = max(1, width // COLUMNS)
        columns: ndarray = self.values[:, : step * COLUMNS : step].T
        return columns


COLUMNS = 64
"""How many columns are compared."""


def usable(a: ndarray, b: ndarray) -> ndarray:
    """Which vectors of two equally shaped arrays can be compared: finite, not zero, and no copy of another one in its array."""
    import numpy as np

    kept: ndarray = np.isfinite(a).all(1) & np.isfinite(b).all(1)
    for one in (a, b):
        length = np.linalg.norm(np.where(kept[:, None], one, 0.0), axis=1)
        kept &= length > 0
        unit = np.where(kept[:, None], one, 0.0) / np.where(kept, length, 1.0)[:, None]
        kept &= ~np.tril(unit @ unit.T > _TWIN, -1).any(1)
    return kept


def enough(count: int) -> bool:
    """Whether so many vectors can decide anything: fewer have no order that chance would not meet."""
    return count >= _FEWEST
