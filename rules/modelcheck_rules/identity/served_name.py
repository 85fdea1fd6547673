"""What a served model is called, which is what its operator claims."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Evidence, signal, stage_of_id


@signal(group="name")
def served_name(name: CheckpointName) -> Iterator[Evidence]:
    """The stage of the Hub id under which a model is served.

    Any weights can be served under any name, so the name never decides: the weight completes evidence of the model's behaviour, and
    does not outweigh any of it.
    """
    stage = stage_of_id(name.whole) if name.claimed else None
    if stage:
        article = "a base" if stage == "base" else "an instruct"
        because = f"it is served as {name.whole}, the name of {article} model, which is only a claim"
        yield Evidence(0.5 if stage == "instruct" else -0.5, because, kind=stage)
