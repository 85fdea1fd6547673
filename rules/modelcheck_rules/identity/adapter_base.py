"""An adapter is what the checkpoint that it adapts is, unless its own papers tell more."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Evidence, Lineage, Parent, signal


@signal(group="lineage")
def adapter_base(lineage: Lineage, parent: Parent) -> Iterator[Evidence]:
    """An adapter or a quantised copy of an instruct model is instruct; a quantised copy of a base model is base.

    An adapter of a base model may be its whole instruction tuning, so that says nothing by itself; nor does a fine-tune.
    """
    label = parent.verdict.label
    if label not in ("base", "instruct"):
        return
    at = parent.origin.at
    what = "an adapter" if lineage.relation == "adapter" else "a quantised copy"
    if label == "instruct":
        yield Evidence(3.5, f"it is {what} of {parent.name}, which is an instruct model", at)
    elif lineage.relation == "quantized":
        yield Evidence(-3.5, f"it is {what} of {parent.name}, which is a base model", at)
    else:
        yield Evidence(0.0, f"it is {what} of {parent.name}, a base model: what it was trained on decides", at)
