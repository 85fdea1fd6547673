"""How much memory the model of a checkpoint needs, before it is run."""

from __future__ import annotations

from contextlib import suppress

from modelcheck.engine.shared import Shared
from modelcheck.errors import Absent
from modelcheck.facts.behaviour import base_of
from modelcheck.facts.lineage import Lineage
from modelcheck.facts.model_files import ModelFiles
from modelcheck.handles import Checkpoints
from modelcheck.sources import Source


def memory_of(source: Source, shared: Shared) -> int | None:
    """Bytes for the weights and a short batch, those of an adapter's base included; None for a checkpoint without weights."""
    facts = shared.checkpoints.facts(source)
    files = facts.get(ModelFiles)
    if files is None:
        return None
    from modelcheck.probe.messages import memory_for

    need, others = files.need, facts.get(Checkpoints)  # type: ignore[type-abstract] # the protocol is the key
    if files.adapter and others is not None:
        with suppress(Absent):  # a base that cannot be opened is told when the model is to run
            need += base_of(facts.get(Lineage), others, shared.settings.probe)[1]
    return memory_for(need)
