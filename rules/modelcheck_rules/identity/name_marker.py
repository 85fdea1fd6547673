"""A word in the name that says which stage of training the checkpoint comes from."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Evidence, SubLabel, signal

_BECAUSE = {
    "instruct": "the name says {!r}",
    "base": "the name says {!r}",
    "base-then-instruct": "the name says {!r} behind a mark of the base model that it was made from",
    "instruct-then-base": "the name says both {!r} and instruct",
    "reasoning": "the name says {!r}, which is trained after pretraining",
    "rl-zero": "the name says {!r}, reinforcement learning on a base model",
    "compound": "the name says {!r}",
    "recipe": "the name says {!r}, a recipe of instruction tuning",
    "uncensored": "the name says {!r}, which is done to models that answer",
    "merge": "the name says {!r}: most merges are of instruct models",
    "finetuned": "the name says {!r}, but not to which end",
    "training-step": "the name says {!r}, a step of pretraining",
    "continued-pretraining": "the name says {!r}, continued pretraining",
}
_WEIGHTS = {
    "instruct": 4.1, "base": -4.5, "base-then-instruct": 3.2, "instruct-then-base": -0.5, "reasoning": 3.5, "rl-zero": 3.2,
    "compound": 3.5, "recipe": 3.5, "uncensored": 3.0, "merge": 1.0, "finetuned": 0.5, "training-step": -3.2,
    "continued-pretraining": -2.0,
}  # fmt: skip
_SUB_LABELS: dict[str, SubLabel] = {
    "reasoning": "reasoning",
    "rl-zero": "rl-zero",
    "merge": "merge",
    "continued-pretraining": "domain-continued",
}
# Words beside the one that decides.
_ALSO: dict[str, SubLabel] = {"thinking": "reasoning", "reasoning": "reasoning", "merge": "merge", "slerp": "merge"}


@signal(group="name")
def name_marker(name: CheckpointName) -> Iterator[Evidence]:
    """A stage marker in the name, or the lack of one.

    Of 460 text models with known stages, a marker that is there is right in 98.6 %; of those without one, 60 % are base models,
    which says little, and nothing where the family has a convention of its own.
    """
    stage = name.stage
    if stage is not None:
        because = _BECAUSE[stage.kind].format(stage.word)
        yield Evidence(_WEIGHTS[stage.kind], because, kind=stage.kind, sub_label=_SUB_LABELS.get(stage.kind))
        also = next((word for word in name.words if word in _ALSO and word != stage.word), None)
        if also:
            yield Evidence(0.0, f"the name also says {also!r}", sub_label=_ALSO[also])
    elif name.is_id and not name.sized:
        yield Evidence(-0.9, "the name has no stage marker", kind="none")
