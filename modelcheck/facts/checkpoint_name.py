"""What the checkpoint is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from modelcheck.errors import Absent
from modelcheck.registry import fact
from modelcheck.sources import Source

_WORD = re.compile(r"[^\W_]+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class CheckpointName:
    """``whole`` is the Hub id or the folder's name; ``owner`` the part before the slash; ``name`` the part behind it.

    ``is_id`` tells a Hub id, which its publisher chose, from a folder's name, which anyone may have. ``tag`` is what stands
    behind the colon of a name in Ollama's library; None for all others.
    """

    whole: str
    owner: str | None
    name: str
    is_id: bool
    tag: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The name's words in lower case, cut at everything but letters, digits and the points of version numbers."""
        return tuple(_WORD.findall(self.name.lower()))


@fact(cost="files")
def checkpoint_name(source: Source) -> CheckpointName:
    """From the Hub id, or from the name of the folder."""
    owner, slash, name = source.name.rpartition("/")
    if not name:
        raise Absent("the checkpoint has no name")
    if source.kind == "ollama":
        model, _, tag = name.partition(":")
        return CheckpointName(source.name, owner or None, model, is_id=False, tag=tag)
    return CheckpointName(source.name, owner or None, name, bool(slash) or source.kind in ("hub", "cache"))
