"""Whether the end-of-turn token was trained."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ControlRows, Evidence, signal


@signal(group="weights")
def control_rows(rows: ControlRows) -> Iterator[Evidence]:
    """Most base models have untrained chat tokens: their rows are similar to the rows of unused tokens.

    Trained chat tokens are weaker evidence, because many models saw conversations in pretraining.
    """
    where = f"the {rows.unused} rows of unused tokens in {rows.matrix}"
    if rows.untrained:
        yield Evidence(-4.0, f"{rows.untrained[0]} was never trained: its row resembles {where}", rows.at, kind="untrained")
    elif rows.trained:
        yield Evidence(1.0, f"{rows.trained[0]} was trained: its row differs from {where}", rows.at, kind="trained")
