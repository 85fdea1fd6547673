"""The installed entry points of plug-ins, found without what takes long to import."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


GROUP = "modelcheck"


def installed_entry_points() -> Iterable[EntryPoint]:
    """Return the installed entry points of our group.

    ``importlib.metadata`` takes as long to import as click does, and most environments have no plug-in. So it is imported only
    if an installed project's entry points mention the group, or cannot be read.
    """
    if not any(_may_hold_plugins(place or ".") for place in sys.path):
        return ()
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)


def _may_hold_plugins(place: str) -> bool:
    header = f"[{GROUP}]".encode()
    try:
        names = os.listdir(place)  # noqa: PTH208 - pathlib takes ten times as long for the hundreds of names
    except NotADirectoryError:
        return True  # a zip file, say
    except OSError:
        return False
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            try:
                with open(os.path.join(place, name, "entry_points.txt"), "rb") as file:  # noqa: PTH118, PTH123
                    if header in file.read():
                        return True
            except (FileNotFoundError, NotADirectoryError):  # most have none
                continue
    return False
