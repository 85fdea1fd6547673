"""What the result of a comparison depends on besides the data and the weights."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = ("modelcheck", "torch", "transformers", "peft", "accelerate", "numpy", "scipy")


def versions() -> dict[str, str]:
    """Package or part → version; packages that are missing are left out."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
