"""Whether the weights are those of the parent that the checkpoint names."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Evidence, Parents, WeightLineage, signal


@signal(group="lineage")
def weights_of_parent(weights: WeightLineage, parents: Parents) -> Iterator[Evidence]:
    """A checkpoint with the weights of another one, exactly or rounded, has the stage of that one, whatever its card says."""
    labels = {parent.origin.name: parent.verdict.label for parent in parents.of}
    for one in weights.of:
        label = labels.get(one.origin.name)
        if one.copied and label in ("base", "instruct"):
            same = "identical to" if one.kinship.degree == "identical" else "a rounded copy of"
            model = "an instruct model" if label == "instruct" else "a base model"
            because = f"its weights are {same} those of {one.origin.name}, which is {model}"
            yield Evidence(3.5 if label == "instruct" else -3.5, because, one.origin.at, kind=f"weights-of-{label}")
