"""What the base checkpoints of this checkpoint's family are like, by the table of families."""

from __future__ import annotations

from modelcheck.declarations import fact
from modelcheck.errors import Absent, Broken
from modelcheck.facts.checkpoint_name import CheckpointName
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.reading import read_json
from modelcheck.families import bases_ship_template
from modelcheck.records import record
from modelcheck.sources import Source


@record()
class FamilyHabit:
    """``bases_ship_template`` is set if the family's base checkpoints ship a chat template too."""

    bases_ship_template: bool


@fact(cost="files", reads=("config.json",))
def family_habit(source: Source, name: CheckpointName | None, gguf: GgufMetadata | None) -> FamilyHabit:
    """By the model type or the name. A broken config only hides its model type: other evidence counts all the same."""
    kind = _model_type(source) or (gguf.text("architecture") if gguf else None)
    return FamilyHabit(bases_ship_template(kind, name.plain if name else ()))


def _model_type(source: Source) -> str | None:
    """The model type in ``config.json``. Raises Unavailable."""
    try:
        kind = read_json(source, "config.json").data.get("model_type")
    except (Absent, Broken):
        return None
    return kind if isinstance(kind, str) else None
