"""How much memory the model of a checkpoint needs, before it is run."""

from __future__ import annotations

from modelcheck.engine.shared import Shared
from modelcheck.errors import Absent
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

    need = files.need
    lineage, others = facts.get(Lineage), facts.get(Checkpoints)  # type: ignore[type-abstract] # the protocol is the key
    origin = lineage.origins[0] if files.adapter and lineage and lineage.origins else None
    if origin and origin.id and others is not None:
        try:
            base = others.fact(ModelFiles, origin.id, origin.revision)
        except Absent:
            base = None
        need += base.need if base else 0
    return memory_for(need)
