"""Whether the weights know the token that ends a turn."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ControlRows, Evidence, signal


@signal(group="weights")
def control_rows(rows: ControlRows) -> Iterator[Evidence]:
    """Publishers' base models mostly leave the tokens of a chat untrained: their rows lie among those of tokens nobody uses.

    Trained ones say less: conversations are in the pretraining of many.
    """
    where = f"the {rows.unused} rows of unused tokens of {rows.matrix}"
    if rows.untrained:
        yield Evidence(-4.0, f"{rows.untrained[0]} was never trained: its row lies among {where}", rows.at, kind="untrained")
    elif rows.trained:
        yield Evidence(1.0, f"{rows.trained[0]} was trained: its row lies apart from {where}", rows.at, kind="trained")
