"""How well an answer that was written matches the one in the data: from 0 to 1. Packages can add others.

A package adds one with an entry point of the group ``modelcheck.metrics``: its name, and a function of the text that was written
and of the answer in the data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from modelcheck.config import suggestion
from modelcheck.errors import Misuse

Metric = Callable[[str, str], float]
GROUP = "modelcheck.metrics"


def exact_match(written: str, wanted: str) -> float:
    """Whether both are the same but for case and space."""
    return float(_plain(written) == _plain(wanted))


def contains(written: str, wanted: str) -> float:
    """Whether the answer in the data is in the text."""
    return float(_plain(wanted) in _plain(written))


def f1(written: str, wanted: str) -> float:
    """Words in common: the harmonic mean of precision and recall, as in SQuAD."""
    one, other = Counter(_words(written)), Counter(_words(wanted))
    common = sum((one & other).values())
    return 2 * common / (sum(one.values()) + sum(other.values())) if common else float(not one and not other)


BUILT_IN: dict[str, Metric] = {"exact-match": exact_match, "contains": contains, "f1": f1}


def metric(name: str) -> Metric:
    """A metric by its name. Raises Misuse, with the nearest that exists, and for one that cannot be imported."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    from importlib.metadata import entry_points

    known = {one.name: one for one in entry_points(group=GROUP)}
    if name not in known:
        raise Misuse(f"unknown metric {name!r}{suggestion(name, [*BUILT_IN, *known])}; there are {', '.join([*BUILT_IN, *known])}")
    try:
        found = known[name].load()
    except (ImportError, AttributeError, SyntaxError) as error:
        raise Misuse(f"the metric {name} ({known[name].value}) cannot be imported: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise Misuse(f"the metric {name} ({known[name].value}) is no function")
    return found  # type: ignore[no-any-return]


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
