"""The installed entry points of plug-ins, found without what takes long to import."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


GROUP = "modelcheck"


def installed_entry_points() -> Iterable[EntryPoint]:
    """Return the installed entry points of our group.

    ``importlib.metadata`` takes as long to import as click does, and most environments have no plug-in. So it is imported only
    if an installed project's entry points mention the group, or cannot be read.
    """
    if not any(_may_hold_plugins(Path(place or ".")) for place in sys.path):
        return ()
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)


def _may_hold_plugins(place: Path) -> bool:
    if not place.is_dir():
        return place.is_file()  # a zip file, say
    header = f"[{GROUP}]".encode()
    return any(
        header in path.read_bytes()
        for path in (*place.glob("*.dist-info/entry_points.txt"), *place.glob("*.egg-info/entry_points.txt"))
    )
