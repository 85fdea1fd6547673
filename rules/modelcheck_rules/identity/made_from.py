"""A checkpoint takes after what it was made from."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Evidence, Lineage, Parents, signal

_WHAT = {"adapter": "an adapter", "quantized": "a quantised copy", "finetune": "a fine-tune", "merge": "a merge", "unknown": "made"}


@signal(group="lineage")
def made_from(lineage: Lineage, parents: Parents) -> Iterator[Evidence]:
    """A copy or an adapter of an instruct model is instruct, a copy of a base model base; a fine-tune of either tells less.

    People tune instruct models to answer in another way, and base models to answer at all or to complete other texts. A merge
    answers where the models in it do.
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
        else (f"it was made from {parent.name}" if stated else f"its weights were loaded from {parent.name}")
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
        yield Evidence(weight, f"{what}, a base model: what it was trained on decides", at, kind=kind)


def _of_merge(parents: Parents) -> Evidence:
    """What a merge takes after: its parents' stage where they agree, an answering model where one of them is."""
    at = parents.of[0].origin.at
    labels = {parent.verdict.label for parent in parents.of}
    instruct = next((parent.name for parent in parents.of if parent.verdict.label == "instruct"), None)
    if instruct:
        whole = labels == {"instruct"}
        because = (
            f"it is a merge of instruct models, {instruct} among them"
            if whole
            else f"{instruct}, an instruct model, is in the merge"
        )
        return Evidence(
            3.5 if whole else 2.5, because, at, kind="merge-of-instruct" if whole else "merge-with-instruct", sub_label="merge"
        )
    if labels == {"base"}:
        return Evidence(-1.5, "it is a merge of base models", at, kind="merge-of-base", sub_label="merge")
    return Evidence(0.0, "it is a merge of models whose stage is not known", at, sub_label="merge")
