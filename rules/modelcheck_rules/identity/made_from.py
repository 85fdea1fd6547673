"""Whether the checkpoint was derived from a base or an instruct model."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Evidence, Lineage, Parents, signal

_WHAT = {"adapter": "an adapter", "quantized": "a quantized copy", "finetune": "a fine-tune"}


@signal(group="lineage")
def made_from(lineage: Lineage, parents: Parents) -> Iterator[Evidence]:
    """Copies and adapters have the stage of their parent model; fine-tunes are weaker evidence.

    People fine-tune instruct models to answer in another way, and base models to answer at all or to complete other texts. A merge
    answers if the merged models do.
    """
    if lineage.relation == "merge":
        yield _of_merge(parents)
        return
    parent = parents.of[0]
    at, label = parent.origin.at, parent.verdict.label
    if label not in ("base", "instruct"):
        return
    copied = lineage.relation in ("adapter", "quantized")
    stated = parent.origin.id is not None
    what = (
        f"it is {_WHAT[lineage.relation]} of {parent.name}"
        if stated and lineage.relation != "unknown"
        else (f"it was derived from {parent.name}" if stated else f"its weights were loaded from {parent.name}")
    )
    if label == "instruct":
        kind = "copy-of-instruct" if copied else "tuned-from-instruct" if stated else "loaded-from-instruct"
        weight = 3.5 if copied else 3.0 if stated else 2.5
        yield Evidence(weight, f"{what}, which is an instruct model", at, kind=kind)
    elif lineage.relation == "quantized":
        yield Evidence(-3.5, f"{what}, which is a base model", at, kind="copy-of-base")
    else:
        weight = 0.5 if stated and lineage.relation != "adapter" else 0.0
        kind = "tuned-from-base" if weight else ""
        yield Evidence(weight, f"{what}, which is a base model", at, kind=kind)


def _of_merge(parents: Parents) -> Evidence:
    """Return the evidence for a merge: instruct if one of its models is, base if all of them are."""
    at = parents.of[0].origin.at
    labels = {parent.verdict.label for parent in parents.of}
    instruct = next((parent.name for parent in parents.of if parent.verdict.label == "instruct"), None)
    if instruct:
        all_instruct = labels == {"instruct"}
        because = (
            f"it is a merge of instruct models, including {instruct}"
            if all_instruct
            else f"it is a merge that includes {instruct}, which is an instruct model"
        )
        kind = "merge-of-instruct" if all_instruct else "merge-with-instruct"
        return Evidence(3.5 if all_instruct else 2.5, because, at, kind=kind, sub_label="merge")
    if labels == {"base"}:
        return Evidence(-1.5, "it is a merge of base models", at, kind="merge-of-base", sub_label="merge")
    return Evidence(0.0, "it is a merge of models whose stage is unknown", at, sub_label="merge")
