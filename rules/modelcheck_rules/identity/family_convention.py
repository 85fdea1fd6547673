"""What a name without a stage marker means in the model's family."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Evidence, family_of, signal

_WEIGHTS = {"high": 4.0, "medium": 3.2}


@signal(group="name")
def family_convention(name: CheckpointName) -> Iterator[Evidence]:
    """The publisher's convention for names without a suffix, from ``families.toml``.

    A name that contains its stage needs no convention. A language before the name of a base model says that its pretraining was
    continued (Chinese-Llama-2). Source: the publishers' own pages and the model lists of LLaMA-Factory and
    ms-swift. In other families such a name says nothing: of 182 names, 101 are base models and 81 instruct models.
    """
    if name.claimed or (name.stage is not None and name.stage.explicit):
        return
    for plain in name.plain:
        family = family_of(plain)
        if family:
            sign = 1 if family.unsuffixed == "instruct" else -1
            yield Evidence(
                sign * _WEIGHTS[family.confidence],
                f"in the family {family.name}, a name without a suffix is the {family.unsuffixed} model",
                kind=f"{family.unsuffixed}-{family.confidence}",
                sub_label=family.sub_label,
            )
            return
    continued = name.without_language
    family = family_of(continued) if continued else None
    if family and family.unsuffixed == "base":
        because = f"the name is a language and {continued}, a base model of the family {family.name}"
        yield Evidence(-_WEIGHTS["medium"], because, kind="base-medium", sub_label="domain-continued")
