"""A sketch of a model's rows: small enough to keep for thousands of models, and compared in the same way as the rows.

Each row is projected on a few random directions, the same for all models. That keeps angles and distances approximately (Johnson
and Lindenstrauss), and the test exact: a projection that does not look at the weights does not know their order.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from modelcheck.matching.rows import Rows
from modelcheck.records import replace

if TYPE_CHECKING:
    from numpy import ndarray

WIDTH = 32
"""Numbers of a row; the format of files of fingerprints depends on it."""
_SEED = 2502_12292


def sketch(rows: Rows) -> Rows:
    """The same rows with ``WIDTH`` numbers each, or where columns are compared with those columns only."""
    import numpy as np

    if rows.digest is not None:
        return rows
    digest = sha256(np.ascontiguousarray(rows.values, dtype="<f4").tobytes()).hexdigest()[:32]
    values = rows.values @ _directions(rows.values.shape[1]) if rows.axis == "rows" else rows.vectors.T
    return replace(rows, values=values.astype(np.float16).astype(np.float32), digest=digest)


@cache
def _directions(width: int) -> ndarray:
    """Random signs, width × WIDTH. The bits of PCG64 are the same in every version of numpy; its distributions may change."""
    import numpy as np

    bits = np.random.PCG64(_SEED).random_raw(-(-width * WIDTH // 64))
    signs = np.unpackbits(bits.astype("<u8").view(np.uint8))[: width * WIDTH].reshape(width, WIDTH)
    made: ndarray = (signs.astype(np.float32) * 2 - 1) / np.sqrt(np.float32(WIDTH))
    return made
